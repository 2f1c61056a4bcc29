using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Training.Kernels;

namespace MicroExpNet.Training.Quantization;

/// <summary>Second moments E[x xᵀ] of what a layer's taps read, over sample images and places.</summary>
internal sealed unsafe class TapMoments
{
    private const int MaxPlacesOfImage = 24;
    private const int MaxPlaces = 8192;

    // Of more taps only the mean squares are kept: the moments grow with the square of the taps, the work with their cube.
    private const int MaxTaps = 8192;

    // Added to each tap's mean square, as a share of their mean, so that the moments have an inverse whatever the images show.
    private const double Damping = 0.01;

    // Places multiplied together, and taps of one part of the work.
    private const int Batch = 256;
    private const int Part = 192;

    private readonly int _taps;
    private readonly AlignedMemory<float>? _products;
    private readonly double[] _squares;
    private readonly AlignedMemory<float> _batch;
    private readonly Correlation[] _correlations;
    private int _batched;
    private int _places;

    private TapMoments(int taps)
    {
        _taps = taps;
        _squares = new double[taps];
        bool isSmall = taps <= MaxTaps;
        _products = isSmall ? new AlignedMemory<float>(taps * taps) : null;
        _batch = new AlignedMemory<float>(isSmall ? Batch * taps : 0);
        _correlations = isSmall ? [.. Enumerable.Range(0, (taps + Part - 1) / Part).Select(Correlation)] : [];
    }

    /// <summary>Measures a layer's moments.</summary>
    /// <param name="layer">A convolution or a fully connected layer.</param>
    /// <param name="inputs">What the layer reads.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The moments; null for a grouped convolution.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TapMoments? Of(Layer layer, LayerOutputs inputs, CancellationToken cancellationToken)
    {
        switch (layer)
        {
            case FullyConnected connected:
                return Gather(
                    connected.InputCount, inputs, TensorShape.Vector(connected.InputCount), (image, add) => add(image), cancellationToken);
            case Convolution { Groups: 1 } dense:
                float[] taps = new float[dense.Window.Height * dense.Window.Width * dense.ChannelsPerGroup];
                Random random = new(1);
                int count = dense.OutputShape.Height * dense.OutputShape.Width;
                return Gather(taps.Length, inputs, dense.InputShape, (image, add) =>
                {
                    for (int i = 0; i < Math.Min(MaxPlacesOfImage, count); i++)
                    {
                        int place = count <= MaxPlacesOfImage ? i : random.Next(count);
                        Read(image, dense, place / dense.OutputShape.Width, place % dense.OutputShape.Width, taps);
                        add(taps);
                    }
                }, cancellationToken);
            default:
                return null;
        }
    }

    /// <summary>The mean square of what a tap reads.</summary>
    public double MeanSquare(int tap) => _squares[tap] / _places;

    /// <summary>
    /// The upper triangle U, <c>[taps, taps]</c>, with UᵀU the inverse of the moments. An error e of tap i is compensated best by
    /// subtracting <c>e · U[i,j] / U[i,i]</c> from each tap j after it (Frantar et al., 2022, section 3).
    /// </summary>
    /// <param name="progress">Receives the share that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <returns>U; null where there are too many taps for it.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public double[]? Corrections(Action<double>? progress, CancellationToken cancellationToken)
    {
        if (_products is null) return null;
        double damping = Math.Max(Damping * Enumerable.Range(0, _taps).Average(MeanSquare), 1e-12), scale = 1.0 / _places;
        float* products = _products.Pointer;
        return InverseFactor.Of(
            (i, j) => (products[((nint)i * _taps) + j] * scale) + (i == j ? damping : 0), _taps, progress, cancellationToken);
    }

    private static TapMoments Gather(
        int taps, LayerOutputs inputs, TensorShape shape, Action<float[], Action<float[]>> places, CancellationToken cancellationToken)
    {
        TapMoments moments = new(taps);
        float[] image = new float[shape.Length];
        inputs.ForEach(values =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int first = 0; first < values.Length && moments._places < MaxPlaces; first += shape.Length)
            {
                values.Slice(first, shape.Length).CopyTo(image);
                places(image, moments.Add);
            }
        });
        moments.AddBatch();
        return moments;
    }

    private void Add(float[] read)
    {
        _places++;
        for (int tap = 0; tap < _taps; tap++) _squares[tap] += (double)read[tap] * read[tap];
        if (_products is null) return;
        read.CopyTo(_batch.Span[(_batched * _taps)..]);
        if (++_batched == Batch) AddBatch();
    }

    // The upper triangle of XᵀX, which is the gradient of a fully connected layer's weights where X is both its input and its output's
    // gradient.
    private void AddBatch()
    {
        if (_batched == 0) return;
        Parallel.For(0, _correlations.Length, part =>
        {
            int first = part * Part;
            float* batch = _batch.Pointer + first;
            CorrelationKernel<float>.WeightGradient(
                _correlations[part], _batched, batch, batch, _taps - first, _products!.Pointer + ((nint)first * _taps) + first, _taps);
        });
        _batched = 0;
    }

    // A part's taps of each place of a batch.
    private Correlation Correlation(int part) => new([0], Math.Min(Part, _taps - (part * Part)), [(0, 0)], Batch, _taps, _taps);

    private static void Read(float[] image, Convolution layer, int row, int column, float[] taps)
    {
        TensorShape shape = layer.InputShape;
        int channels = layer.ChannelsPerGroup, at = 0;
        for (int y = 0; y < layer.Window.Height; y++)
        {
            for (int x = 0; x < layer.Window.Width; x++, at += channels)
            {
                int fromY = (row * layer.Window.StrideY) - layer.Padding.Top + y,
                    fromX = (column * layer.Window.StrideX) - layer.Padding.Left + x;
                Span<float> to = taps.AsSpan(at, channels);
                if (fromY < 0 || fromY >= shape.Height || fromX < 0 || fromX >= shape.Width) to.Clear();
                else image.AsSpan(((fromY * shape.Width) + fromX) * channels, channels).CopyTo(to);
            }
        }
    }
}
