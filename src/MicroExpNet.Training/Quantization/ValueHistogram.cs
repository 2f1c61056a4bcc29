using MicroExpNet.Models;

namespace MicroExpNet.Training.Quantization;

/// <summary>A histogram of a layer's values, in equal bins from the minimum to the maximum.</summary>
internal sealed class ValueHistogram
{
    private const int Bins = 2048;

    private readonly long[] _counts = new long[Bins];
    private readonly double _width;

    /// <summary>Counts a layer's values.</summary>
    public ValueHistogram(LayerOutputs outputs)
    {
        float minimum = float.PositiveInfinity, maximum = float.NegativeInfinity;
        outputs.ForEach(values =>
        {
            foreach (float value in values)
            {
                minimum = Math.Min(minimum, value);
                maximum = Math.Max(maximum, value);
            }
        });
        Minimum = minimum;
        Maximum = maximum;
        _width = Math.Max((maximum - (double)minimum) / Bins, double.Epsilon);
        outputs.ForEach(values =>
        {
            foreach (float value in values) _counts[Math.Clamp((int)((value - minimum) / _width), 0, Bins - 1)]++;
        });
    }

    /// <summary>The minimum value.</summary>
    public float Minimum { get; }

    /// <summary>The maximum value.</summary>
    public float Maximum { get; }

    /// <summary>The sum of the squared errors of a quantisation; each value counts as the middle of its bin.</summary>
    public double SquareError(TensorQuantization quantization)
    {
        double sum = 0;
        for (int i = 0; i < Bins; i++)
        {
            if (_counts[i] == 0) continue;
            float value = (float)(Minimum + ((i + 0.5) * _width));
            double error = value - quantization.Dequantize(quantization.Quantize(value));
            sum += _counts[i] * error * error;
        }

        return sum;
    }
}
