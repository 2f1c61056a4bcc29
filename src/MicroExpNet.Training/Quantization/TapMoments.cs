using System.Numerics;
using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Quantization;

/// <summary>How the inputs of a layer's taps go together: the mean product of each two, over sample images and places.</summary>
internal sealed class TapMoments
{
    private const int MaxPlacesOfImage = 24;
    private const int MaxPlaces = 8192;

    // What is added to each tap's mean square, as a share of their mean, so that there is an inverse whatever the images show.
    private const double Damping = 0.01;

    private readonly float[] _products;
    private readonly int _taps;
    private readonly int _places;

    private TapMoments(float[] products, int taps, int places)
    {
        _products = products;
        _taps = taps;
        _places = places;
    }

    /// <summary>A layer's, or null for a grouped convolution.</summary>
    /// <param name="layer">A convolution or a fully connected layer.</param>
    /// <param name="inputs">What the layer reads.</param>
    public static TapMoments? Of(Layer layer, LayerOutputs inputs)
    {
        switch (layer)
        {
            case FullyConnected connected:
                return Gather(connected.InputCount, inputs, TensorShape.Vector(connected.InputCount), (image, add) => add(image));
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
                });
            default:
                return null;
        }
    }

    /// <summary>The mean square of what a tap reads.</summary>
    public double MeanSquare(int tap) => _products[(tap * _taps) + tap] / (double)_places;

    /// <summary>
    /// The upper triangle U with UᵀU the inverse of the moments: an error e of tap i is made up for best by taking <c>e · U[i,j] /
    /// U[i,i]</c>
    /// off each tap j behind it.
    /// </summary>
    public double[,] Corrections()
    {
        double mean = Enumerable.Range(0, _taps).Average(MeanSquare);
        double[,] moments = new double[_taps, _taps];
        for (int i = 0; i < _taps; i++)
        {
            // Half of the products are summed; they are alike on both sides.
            for (int j = i; j < _taps; j++) moments[i, j] = moments[j, i] = _products[(i * _taps) + j] / (double)_places;
            moments[i, i] += Math.Max(Damping * mean, 1e-12);
        }

        return UpperFactor(Inverse(moments));
    }

    private static TapMoments Gather(int taps, LayerOutputs inputs, TensorShape shape, Action<float[], Action<float[]>> places)
    {
        float[] products = new float[taps * taps], image = new float[shape.Length];
        int count = 0;
        inputs.ForEach(values =>
        {
            for (int first = 0; first < values.Length && count < MaxPlaces; first += shape.Length)
            {
                values.Slice(first, shape.Length).CopyTo(image);
                places(image, read =>
                {
                    Add(products, read);
                    count++;
                });
            }
        });
        return new TapMoments(products, taps, count);
    }

    // The upper triangle, a vector at a time; a vector may begin left of the diagonal.
    private static void Add(float[] products, float[] read)
    {
        int taps = read.Length;
        for (int i = 0; i < taps; i++)
        {
            if (read[i] == 0) continue;
            Vector<float> factor = new(read[i]);
            Span<float> row = products.AsSpan(i * taps, taps);
            int j = i / Vector<float>.Count * Vector<float>.Count;
            for (; j + Vector<float>.Count <= taps; j += Vector<float>.Count)
            {
                (new Vector<float>(row[j..]) + (factor * new Vector<float>(read, j))).CopyTo(row[j..]);
            }
            for (; j < taps; j++) row[j] += read[i] * read[j];
        }
    }

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

    // By Cholesky's factor: L·Lᵀ = moments, then the columns of the inverse.
    private static double[,] Inverse(double[,] moments)
    {
        int size = moments.GetLength(0);
        double[,] lower = LowerFactor(moments), inverse = new double[size, size];
        Parallel.For(0, size, column =>
        {
            double[] x = new double[size];
            for (int i = column; i < size; i++)
            {
                double sum = i == column ? 1 : 0;
                for (int k = column; k < i; k++) sum -= lower[i, k] * x[k];
                x[i] = sum / lower[i, i];
            }

            for (int i = size - 1; i >= 0; i--)
            {
                double sum = x[i];
                for (int k = i + 1; k < size; k++) sum -= lower[k, i] * x[k];
                x[i] = sum / lower[i, i];
            }

            for (int i = 0; i < size; i++) inverse[i, column] = x[i];
        });
        return inverse;
    }

    private static double[,] LowerFactor(double[,] matrix)
    {
        int size = matrix.GetLength(0);
        double[,] lower = new double[size, size];
        for (int j = 0; j < size; j++)
        {
            double diagonal = matrix[j, j];
            for (int k = 0; k < j; k++) diagonal -= lower[j, k] * lower[j, k];
            lower[j, j] = Math.Sqrt(Math.Max(diagonal, 1e-18));
            int column = j;
            Parallel.For(j + 1, size, i =>
            {
                double sum = matrix[i, column];
                for (int k = 0; k < column; k++) sum -= lower[i, k] * lower[column, k];
                lower[i, column] = sum / lower[column, column];
            });
        }

        return lower;
    }

    private static double[,] UpperFactor(double[,] matrix)
    {
        double[,] lower = LowerFactor(matrix);
        int size = lower.GetLength(0);
        double[,] upper = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            for (int j = i; j < size; j++) upper[i, j] = lower[j, i];
        }

        return upper;
    }
}
