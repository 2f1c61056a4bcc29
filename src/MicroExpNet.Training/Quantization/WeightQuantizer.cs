using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Training.Quantization;

/// <summary>
/// Makes a layer's weights whole multiples of a step, one for each output channel. Weights have seven bits, so that two products with bytes
/// fit 16 bits together, in which AVX2 sums them.
/// </summary>
/// <remarks>
/// The step is that of the least square error, each tap weighed by the mean square of what it reads. Then tap by tap is rounded, and what
/// that does to the layer's output is made up for, as far as can be, by the taps behind it (Frantar et al., 2022, GPTQ).
/// </remarks>
/// <param name="layer">A convolution or a fully connected layer.</param>
/// <param name="weights">Its weights, <c>[taps, output channels]</c>.</param>
/// <param name="moments">What its taps read; null where that is not known, for grouped convolutions: then each weight is rounded by
/// itself.</param>
internal sealed class WeightQuantizer(Layer layer, float[] weights, TapMoments? moments)
{
    private const int MaxWeight = 63;

    // Steps tried between a share of what the largest weight needs and all of it.
    private const int Tries = 50;
    private const double LeastShare = 0.5;

    private readonly int _channels = layer.OutputShape.Channels;
    private readonly int _taps = weights.Length / layer.OutputShape.Channels;

    /// <summary>The floats that the whole multiples stand for, and what a step of each output channel is worth.</summary>
    /// <param name="biases">The layer's biases, which stay as they are.</param>
    public (LayerParameters Parameters, ImmutableArray<float> Scales) Quantize(float[] biases)
    {
        float[] quantized = new float[weights.Length], scales = new float[_channels];
        double[,]? corrections = moments?.Corrections();
        Parallel.For(0, _channels, channel =>
        {
            double[] own = [.. Enumerable.Range(0, _taps).Select(tap => (double)weights[(tap * _channels) + channel])];
            float scale = scales[channel] = BestScale(own);
            Round(own, scale, corrections);
            for (int tap = 0; tap < _taps; tap++) quantized[(tap * _channels) + channel] = scale * (float)own[tap];
        });
        return (new LayerParameters(quantized, biases), [.. scales]);
    }

    private float BestScale(double[] own)
    {
        double greatest = own.Max(Math.Abs), leastError = double.PositiveInfinity;
        if (greatest == 0) return 1;
        float best = 0;
        for (int attempt = 0; attempt <= Tries; attempt++)
        {
            float scale = (float)(greatest / MaxWeight * (1 - ((1 - LeastShare) * attempt / Tries)));
            double error = 0;
            for (int tap = 0; tap < own.Length; tap++)
            {
                double off = own[tap] - (scale * Steps(own[tap], scale));
                error += off * off * (moments?.MeanSquare(tap) ?? 1);
            }

            if (error >= leastError) continue;
            leastError = error;
            best = scale;
        }

        return best;
    }

    // In place: from weights to steps.
    private static void Round(double[] own, float scale, double[,]? corrections)
    {
        for (int tap = 0; tap < own.Length; tap++)
        {
            double wanted = own[tap];
            own[tap] = Steps(wanted, scale);
            if (corrections is null) continue;
            double error = (wanted - (scale * own[tap])) / corrections[tap, tap];
            for (int behind = tap + 1; behind < own.Length; behind++) own[behind] -= error * corrections[tap, behind];
        }
    }

    private static double Steps(double weight, float scale) => Math.Clamp(Math.Round(weight / scale), -MaxWeight, MaxWeight);
}
