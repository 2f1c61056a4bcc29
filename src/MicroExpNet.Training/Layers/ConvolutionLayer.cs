using System.Numerics;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Training.Kernels;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// A convolution, dense, grouped or depthwise, of any kernel, stride and padding. Parameters: weights <c>[height, width, input channels /
/// groups, output channels]</c>, then biases. The input's gradient is a sum of correlations, one for each phase of the stride: of the
/// output's gradient with the kernel's taps of that phase in reverse order.
/// </summary>
internal sealed unsafe class ConvolutionLayer<T> : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Convolution _layer;
    private readonly bool _biases;
    private readonly Tensor<T> _input;
    private readonly Tensor<T> _output;
    private readonly Correlation _forward;
    private readonly List<(Correlation Correlation, int[] Taps)> _phases = [];
    private readonly AlignedMemory<T>? _reversed;
    private SumStart _start = SumStart.Output;

    public ConvolutionLayer(Convolution layer, Tensor<T> input, Tensor<T> output, bool needsInputGradient, bool biases = true)
    {
        _layer = layer;
        _biases = biases;
        _input = input;
        _output = output;
        Window window = layer.Window;
        int pixel = input.Shape.Channels;
        int corner = -(layer.Padding.Top * input.RowStride) - (layer.Padding.Left * pixel);
        List<(int, int)> places = [];
        for (int y = 0; y < output.Shape.Height; y++)
        {
            for (int x = 0; x < output.Shape.Width; x++)
            {
                places.Add((
                    corner + (y * window.StrideY * input.RowStride) + (x * window.StrideX * pixel),
                    (y * output.RowStride) + (x * output.Shape.Channels)));
            }
        }

        bool dense = layer.Groups == 1;
        int[] runs = dense
            ? [.. Enumerable.Range(0, window.Height).Select(row => row * input.RowStride)]
            : [
                .. Enumerable.Range(0, window.Height * window.Width)
                .Select(i => (i / window.Width * input.RowStride) + (i % window.Width * pixel))];
        int runLength = dense ? window.Width * pixel : layer.ChannelsPerGroup;
        _forward = new Correlation(runs, runLength, places, input.Images, input.ImageStride, output.ImageStride);
        if (!needsInputGradient) return;
        for (int row = 0; row < window.StrideY; row++)
        {
            for (int column = 0; column < window.StrideX; column++) AddPhase(row, column);
        }

        _reversed = new AlignedMemory<T>((int)layer.WeightCount);
    }

    public override int ParameterCount => (int)_layer.WeightCount + (_biases ? _layer.BiasCount : 0);

    private int FiltersPerGroup => _output.Shape.Channels / _layer.Groups;

    /// <summary>The border of zeros that the convolution reads around its input, on the widest side.</summary>
    public static int InputBorder(Convolution layer) =>
        Math.Max(Math.Max(layer.Padding.Top, layer.Padding.Bottom), Math.Max(layer.Padding.Left, layer.Padding.Right));

    /// <summary>The border of zeros that the input's gradient reads around the output's gradient, on the widest side.</summary>
    public static int OutputBorder(Convolution layer) => Math.Max(layer.Window.Height, layer.Window.Width);

    /// <summary>
    /// The memory of a layer in bytes, without its tensors and parameters: weights in reverse order and tables of offsets.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="images">Images in a shard.</param>
    public static Int128 BytesOf(Convolution layer, int images)
    {
        TensorShape input = layer.InputShape, output = layer.OutputShape;
        Int128 pixels = ((Int128)input.Height * input.Width) + ((Int128)output.Height * output.Width);
        Int128 taps = (Int128)layer.Window.Height * layer.Window.Width, weights = taps * layer.ChannelsPerGroup * output.Channels;
        return (weights * sizeof(T)) + (((pixels * (images + 1)) + taps) * 2 * sizeof(int));
    }

    // Where the stride passes over pixels of the input, no phase writes them.
    public override bool TryStart(Tensor<T> input)
    {
        if (_phases.Sum(phase => phase.Correlation.PlacesPerImage) != input.Shape.Height * input.Shape.Width) return false;
        _start = SumStart.Zero;
        return true;
    }

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        for (int group = 0; group < _layer.Groups; group++)
        {
            int filter = group * FiltersPerGroup;
            CorrelationKernel<T>.Forward(
                _forward, pass.Images, _input.Values + (group * _layer.ChannelsPerGroup), parameters + filter, _output.Shape.Channels,
                FiltersPerGroup, _biases ? SumStart.Biases : SumStart.Zero, parameters + _layer.WeightCount + filter,
                _output.Values + filter);
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        for (int group = 0; group < _layer.Groups; group++)
        {
            int filter = group * FiltersPerGroup;
            CorrelationKernel<T>.WeightGradient(
                _forward, pass.Images, _input.Values + (group * _layer.ChannelsPerGroup), _output.Gradient + filter, FiltersPerGroup,
                gradient + filter, _output.Shape.Channels);
        }

        if (_biases) ChannelSums.Add(_output, pass.Images, gradient + _layer.WeightCount);
        foreach ((Correlation correlation, int[] taps) in _phases)
        {
            for (int group = 0; group < _layer.Groups; group++)
            {
                ReverseTaps(parameters + (group * FiltersPerGroup), taps);
                CorrelationKernel<T>.Forward(
                    correlation, pass.Images, _output.Gradient + (group * FiltersPerGroup), _reversed!.Pointer, _layer.ChannelsPerGroup,
                    _layer.ChannelsPerGroup, _start, null, _input.Gradient + (group * _layer.ChannelsPerGroup));
            }
        }
    }

    // A phase: the input pixels whose distance from the kernel's first tap is (row, column) plus a multiple of the stride. All of them meet
    // the same taps; each stride further along the kernel is one output pixel back.
    private void AddPhase(int row, int column)
    {
        Window window = _layer.Window;
        int rows = (window.Height - row + window.StrideY - 1) / window.StrideY;
        int columns = (window.Width - column + window.StrideX - 1) / window.StrideX;
        if (rows <= 0 || columns <= 0) return;
        List<(int, int)> places = [];
        for (int y = FirstOfPhase(row, _layer.Padding.Top, window.StrideY); y < _input.Shape.Height; y += window.StrideY)
        {
            int fromY = (y + _layer.Padding.Top - row) / window.StrideY;
            if (fromY > _output.Shape.Height + rows - 2) break;
            for (int x = FirstOfPhase(column, _layer.Padding.Left, window.StrideX); x < _input.Shape.Width; x += window.StrideX)
            {
                int fromX = (x + _layer.Padding.Left - column) / window.StrideX;
                if (fromX > _output.Shape.Width + columns - 2) break;
                places.Add((
                    (fromY * _output.RowStride) + (fromX * _output.Shape.Channels),
                    (y * _input.RowStride) + (x * _input.Shape.Channels)));
            }
        }

        if (places.Count == 0) return;
        List<int> runs = [];
        List<int> taps = [];
        bool dense = _layer.Groups == 1;
        for (int i = 0; i < rows; i++)
        {
            for (int j = columns - 1; j >= 0; j--)
            {
                if (!dense || j == columns - 1) runs.Add(-(i * _output.RowStride) - (j * _output.Shape.Channels));
                taps.Add(((row + (i * window.StrideY)) * window.Width) + column + (j * window.StrideX));
            }
        }

        int runLength = dense ? columns * _output.Shape.Channels : FiltersPerGroup;
        _phases.Add((new Correlation([.. runs], runLength, places, _input.Images, _output.ImageStride, _input.ImageStride), [.. taps]));
    }

    private static int FirstOfPhase(int phase, int padding, int stride) => (((phase - padding) % stride) + stride) % stride;

    // The phase's taps in reverse order, each transposed from [channels, filters] to [filters, channels]. Some filters at a time, whose
    // rows stay in the nearest cache while the channels go by.
    private void ReverseTaps(T* weights, int[] taps)
    {
        const int block = 16;
        T* to = _reversed!.Pointer;
        int channels = _layer.ChannelsPerGroup, filters = FiltersPerGroup, rowLength = _output.Shape.Channels;
        foreach (int tap in taps)
        {
            T* from = weights + ((nint)tap * channels * rowLength);
            for (int first = 0; first < filters; first += block, to += (nint)block * channels)
            {
                int count = Math.Min(block, filters - first);
                for (int channel = 0; channel < channels; channel++)
                {
                    T* row = from + ((nint)channel * rowLength) + first;
                    for (int filter = 0; filter < count; filter++) to[((nint)filter * channels) + channel] = row[filter];
                }
            }

            to += ((nint)filters - ((filters + block - 1) / block * block)) * channels;
        }
    }
}
