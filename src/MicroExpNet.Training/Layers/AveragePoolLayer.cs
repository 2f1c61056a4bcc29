using System.Numerics;
using System.Numerics.Tensors;
using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Layers;

/// <summary>An average pool. Padding counts as zeros, or not at all.</summary>
internal sealed unsafe class AveragePoolLayer<T> : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T> _input;
    private readonly Tensor<T> _output;
    private readonly PoolWindows _windows;
    private readonly long _count;

    public AveragePoolLayer(AveragePool layer, Tensor<T> input, Tensor<T> output)
    {
        _input = input;
        _output = output;
        _windows = new PoolWindows(input.Shape, output.Shape, layer.Window, layer.Padding);
        _count = layer.CountPadding ? (long)layer.Window.Height * layer.Window.Width : 0;
    }

    /// <summary>The average over all pixels.</summary>
    public AveragePoolLayer(Tensor<T> input, Tensor<T> output)
    {
        _input = input;
        _output = output;
        _windows = new PoolWindows(input.Shape, output.Shape, new Window(input.Shape.Height, input.Shape.Width, 1, 1), default);
    }

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        int channels = _input.Shape.Channels;
        for (int image = 0; image < pass.Images; image++)
        {
            foreach (PoolWindow window in _windows.All)
            {
                Span<T> to = new(_output.Values + _output.Row(image, window.Row) + (window.Column * channels), channels);
                to.Clear();
                for (int y = 0; y < window.Height; y++)
                {
                    T* from = _input.Values + _input.Row(image, window.Top + y) + (window.Left * channels);
                    for (int x = 0; x < window.Width; x++)
                    {
                        TensorPrimitives.Add(to, new ReadOnlySpan<T>(from + (x * channels), channels), to);
                    }
                }

                TensorPrimitives.Multiply(to, Share(window), to);
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        int channels = _input.Shape.Channels;
        for (int image = 0; image < pass.Images; image++)
        {
            foreach (PoolWindow window in _windows.All)
            {
                ReadOnlySpan<T> own = new(_output.Gradient + _output.Row(image, window.Row) + (window.Column * channels), channels);
                for (int y = 0; y < window.Height; y++)
                {
                    T* to = _input.Gradient + _input.Row(image, window.Top + y) + (window.Left * channels);
                    for (int x = 0; x < window.Width; x++)
                    {
                        Span<T> sum = new(to + (x * channels), channels);
                        TensorPrimitives.MultiplyAdd(own, Share(window), sum, sum);
                    }
                }
            }
        }
    }

    private T Share(PoolWindow window) => T.One / T.CreateChecked(_count == 0 ? (long)window.Height * window.Width : _count);
}
