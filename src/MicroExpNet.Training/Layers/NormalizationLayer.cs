using System.Numerics;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// Batch normalisation (Ioffe, Szegedy, 2015) over the images of one shard: subtracts each channel's mean, divides by its standard
/// deviation, scales and shifts. Parameters: shifts, then scales. Statistics: means, then variances.
/// </summary>
internal sealed unsafe class NormalizationLayer<T> : TrainingLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Added to the variance.</summary>
    public const double Epsilon = 1e-5;

    private readonly Tensor<T> _input;
    private readonly Tensor<T> _output;
    private readonly int _channels;

    // For each channel: the shard's mean and 1 / deviation; then scratch memory.
    private readonly T[] _mean;
    private readonly T[] _inverse;
    private readonly T[] _first;
    private readonly T[] _second;
    private readonly T[] _third;
    private bool _starts;

    public NormalizationLayer(Tensor<T> input, Tensor<T> output)
    {
        _input = input;
        _output = output;
        _channels = input.Shape.Channels;
        _mean = GC.AllocateArray<T>(_channels, pinned: true);
        _inverse = GC.AllocateArray<T>(_channels, pinned: true);
        _first = GC.AllocateArray<T>(_channels, pinned: true);
        _second = GC.AllocateArray<T>(_channels, pinned: true);
        _third = GC.AllocateArray<T>(_channels, pinned: true);
    }

    public override int ParameterCount => 2 * _channels;

    public override int StatisticCount => 2 * _channels;

    public override bool TryStart(Tensor<T> input) => _starts = true;

    public override void Forward(in Pass pass, T* parameters, T* statistics)
    {
        Measure(pass.Images, statistics);
        T* shifts = parameters, scales = parameters + _channels;
        fixed (T* multiplier = _first, addend = _second)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                multiplier[channel] = scales[channel] * _inverse[channel];
                addend[channel] = shifts[channel] - (_mean[channel] * multiplier[channel]);
            }

            foreach (TensorRow row in _input.Rows(pass.Images))
            {
                T* from = _input.ValuesAt(row);
                T* to = _output.ValuesAt(row);
                int channel = 0;
                for (; channel <= _channels - Vector<T>.Count; channel += Vector<T>.Count)
                {
                    Vector<T> scale = Vector.Load(multiplier + channel), shift = Vector.Load(addend + channel);
                    for (int x = channel; x < _input.RowLength; x += _channels) ((Vector.Load(from + x) * scale) + shift).Store(to + x);
                }

                for (; channel < _channels; channel++)
                {
                    for (int x = channel; x < _input.RowLength; x += _channels) to[x] = (from[x] * multiplier[channel]) + addend[channel];
                }
            }
        }
    }

    public override void Backward(in Pass pass, T* parameters, T* gradient)
    {
        SumGradients(pass.Images);
        bool starts = _starts;
        T* scales = parameters + _channels;
        T count = T.CreateChecked((long)pass.Images * _input.Shape.Height * _input.Shape.Width);
        for (int channel = 0; channel < _channels; channel++)
        {
            gradient[channel] += _first[channel];
            gradient[_channels + channel] += _second[channel];
        }

        // dx = scale / deviation · (dy − mean(dy) − x̂ · mean(dy · x̂)) = a · dy + b · x + c.
        fixed (T* a = _third, b = _first, c = _second)
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                a[channel] = scales[channel] * _inverse[channel];
                T mean = _first[channel] / count, correlation = _second[channel] / count;
                b[channel] = -a[channel] * correlation * _inverse[channel];
                c[channel] = (-a[channel] * mean) - (b[channel] * _mean[channel]);
            }

            foreach (TensorRow row in _input.Rows(pass.Images))
            {
                T* values = _input.ValuesAt(row);
                T* to = _input.GradientAt(row);
                T* from = _output.GradientAt(row);
                int channel = 0;
                for (; channel <= _channels - Vector<T>.Count; channel += Vector<T>.Count)
                {
                    Vector<T> va = Vector.Load(a + channel), vb = Vector.Load(b + channel), vc = Vector.Load(c + channel);
                    for (int x = channel; x < _input.RowLength; x += _channels)
                    {
                        Vector<T> sum = Vector.Load(from + x) * va;
                        if (!starts) sum = Vector.Load(to + x) + sum;
                        (sum + (Vector.Load(values + x) * vb) + vc).Store(to + x);
                    }
                }

                for (; channel < _channels; channel++)
                {
                    for (int x = channel; x < _input.RowLength; x += _channels)
                    {
                        T sum = (from[x] * a[channel]) + (values[x] * b[channel]) + c[channel];
                        to[x] = starts ? sum : to[x] + sum;
                    }
                }
            }
        }
    }

    // Combines each image's mean and squared deviations as Chan, Golub, LeVeque (1983) do: exact enough in floats, and an image is still in
    // the cache when its deviations are summed.
    private void Measure(int images, T* statistics)
    {
        Array.Clear(_mean);
        Array.Clear(_inverse);
        T pixels = T.CreateChecked(_input.Shape.Height * _input.Shape.Width);
        fixed (T* own = _first, deviations = _second)
        {
            for (int image = 0; image < images; image++)
            {
                Array.Clear(_first);
                Array.Clear(_second);
                SumValues(image, own);
                for (int channel = 0; channel < _channels; channel++) own[channel] /= pixels;
                SumSquares(image, own, deviations);
                T before = T.CreateChecked(image);
                T share = T.One / (before + T.One);
                for (int channel = 0; channel < _channels; channel++)
                {
                    T difference = own[channel] - _mean[channel];
                    _mean[channel] += difference * share;
                    _inverse[channel] += deviations[channel] + (difference * difference * pixels * before * share);
                }
            }
        }

        T count = T.CreateChecked(images) * pixels;
        for (int channel = 0; channel < _channels; channel++)
        {
            T variance = _inverse[channel] / count;
            _inverse[channel] = T.One / T.Sqrt(variance + T.CreateChecked(Epsilon));
            if (statistics == null) continue;
            statistics[channel] = _mean[channel];
            statistics[_channels + channel] = variance;
        }
    }

    private void SumValues(int image, T* sums)
    {
        for (int y = 0; y < _input.Shape.Height; y++)
        {
            T* row = _input.ValuesAt(new TensorRow(image, y));
            int channel = 0;
            for (; channel <= _channels - Vector<T>.Count; channel += Vector<T>.Count)
            {
                Vector<T> sum = Vector.Load(sums + channel);
                for (int x = channel; x < _input.RowLength; x += _channels) sum += Vector.Load(row + x);
                sum.Store(sums + channel);
            }

            for (; channel < _channels; channel++)
            {
                for (int x = channel; x < _input.RowLength; x += _channels) sums[channel] += row[x];
            }
        }
    }

    private void SumSquares(int image, T* means, T* sums)
    {
        for (int y = 0; y < _input.Shape.Height; y++)
        {
            T* row = _input.ValuesAt(new TensorRow(image, y));
            int channel = 0;
            for (; channel <= _channels - Vector<T>.Count; channel += Vector<T>.Count)
            {
                Vector<T> mean = Vector.Load(means + channel), sum = Vector.Load(sums + channel);
                for (int x = channel; x < _input.RowLength; x += _channels)
                {
                    Vector<T> deviation = Vector.Load(row + x) - mean;
                    sum += deviation * deviation;
                }

                sum.Store(sums + channel);
            }

            for (; channel < _channels; channel++)
            {
                for (int x = channel; x < _input.RowLength; x += _channels)
                {
                    sums[channel] += (row[x] - means[channel]) * (row[x] - means[channel]);
                }
            }
        }
    }

    // First: Σ dy; second: Σ dy · x̂.
    private void SumGradients(int images)
    {
        Array.Clear(_first);
        Array.Clear(_second);
        fixed (T* first = _first, second = _second, mean = _mean)
        {
            foreach (TensorRow row in _input.Rows(images))
            {
                T* values = _input.ValuesAt(row);
                T* gradients = _output.GradientAt(row);
                int channel = 0;
                for (; channel <= _channels - Vector<T>.Count; channel += Vector<T>.Count)
                {
                    Vector<T> center = Vector.Load(mean + channel), plain = Vector.Load(first + channel),
                        product = Vector.Load(second + channel);
                    for (int x = channel; x < _input.RowLength; x += _channels)
                    {
                        Vector<T> own = Vector.Load(gradients + x);
                        plain += own;
                        product += own * (Vector.Load(values + x) - center);
                    }

                    plain.Store(first + channel);
                    product.Store(second + channel);
                }

                for (; channel < _channels; channel++)
                {
                    for (int x = channel; x < _input.RowLength; x += _channels)
                    {
                        first[channel] += gradients[x];
                        second[channel] += gradients[x] * (values[x] - mean[channel]);
                    }
                }
            }

            for (int channel = 0; channel < _channels; channel++) second[channel] *= _inverse[channel];
        }
    }
}
