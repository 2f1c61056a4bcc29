using System.Numerics.Tensors;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Training.Quantization;

/// <summary>
/// Rounds a layer's weights to integers, with one scale for each output channel. Weights have seven bits, so that two of their products
/// with bytes fit the 16 bits in which AVX2 adds them.
/// </summary>
/// <remarks>
/// The scale is the one of the least square error, each tap weighted by the mean square of what it reads. Then the taps are rounded one
/// after another, and those not yet rounded compensate for what that does to the layer's output (Frantar et al., 2022, GPTQ).
/// </remarks>
/// <param name="layer">A convolution or a fully connected layer.</param>
/// <param name="weights">Its weights, <c>[taps, output channels]</c>.</param>
/// <param name="moments">
/// What its taps read; null where that is not known, for grouped convolutions: then each weight is rounded by itself.
/// </param>
internal sealed class WeightQuantizer(Layer layer, float[] weights, TapMoments? moments)
{
    private const int MaxWeight = 63;

    // Scales tried between a share of what the largest weight needs and all of it.
    private const int Tries = 50;
    private const double MinShare = 0.5;

    // Biases are integers of 32 bits in units of the weights' scale times the input's; this leaves room for the products.
    private const double MaxBias = 1 << 30;

    // Taps whose compensation of later ones is done together, so that these are read and written less often.
    private const int Block = 32;

    private readonly int _channels = layer.OutputShape.Channels;
    private readonly int _taps = weights.Length / layer.OutputShape.Channels;

    /// <summary>Rounds the weights.</summary>
    /// <param name="biases">The layer's biases, which stay as they are.</param>
    /// <param name="inputScale">The scale of what the layer reads.</param>
    /// <param name="progress">Receives the share that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The weights as the floats that the integers stand for, and the scale of each output channel.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public (LayerParameters Parameters, float[] Scales) Quantize(
        float[] biases, float inputScale, Action<double>? progress, CancellationToken cancellationToken)
    {
        float[] quantized = new float[weights.Length], scales = new float[_channels];
        double[]? corrections = moments?.Corrections(done => progress?.Invoke(done * 0.8), cancellationToken);
        int done = 0;
        Parallel.For(0, _channels, new ParallelOptions { CancellationToken = cancellationToken }, channel =>
        {
            double[] own = new double[_taps];
            for (int tap = 0; tap < _taps; tap++) own[tap] = weights[(tap * _channels) + channel];
            float minScale = (float)(Math.Abs(biases[channel]) / inputScale / MaxBias);
            float scale = scales[channel] = Math.Max(BestScale(own), minScale);
            Round(own, scale, corrections);
            for (int tap = 0; tap < _taps; tap++) quantized[(tap * _channels) + channel] = scale * (float)own[tap];
            progress?.Invoke(0.8 + (0.2 * Interlocked.Increment(ref done) / _channels));
        });
        return (new LayerParameters(quantized, biases), scales);
    }

    private float BestScale(double[] own)
    {
        double max = own.Max(Math.Abs), minError = double.PositiveInfinity;
        if (max == 0) return 1;
        float best = 0;
        for (int attempt = 0; attempt <= Tries; attempt++)
        {
            float scale = (float)(max / MaxWeight * (1 - ((1 - MinShare) * attempt / Tries)));
            double error = 0;
            for (int tap = 0; tap < own.Length; tap++)
            {
                double off = own[tap] - (scale * Rounded(own[tap], scale));
                error += off * off * (moments?.MeanSquare(tap) ?? 1);
            }

            if (error >= minError) continue;
            minError = error;
            best = scale;
        }

        return best;
    }

    // In place: from weights to integers.
    private static void Round(double[] own, float scale, double[]? corrections)
    {
        int taps = own.Length;
        Span<double> errors = stackalloc double[Block];
        for (int first = 0; first < taps; first += Block)
        {
            int end = Math.Min(first + Block, taps);
            for (int tap = first; tap < end; tap++)
            {
                double wanted = own[tap];
                own[tap] = Rounded(wanted, scale);
                if (corrections is null) continue;
                double error = errors[tap - first] = (wanted - (scale * own[tap])) / corrections[(tap * taps) + tap];
                for (int after = tap + 1; after < end; after++) own[after] -= error * corrections[(tap * taps) + after];
            }

            if (corrections is null) continue;
            Span<double> rest = own.AsSpan(end);
            for (int tap = first; tap < end; tap++)
            {
                TensorPrimitives.MultiplyAdd(corrections.AsSpan((tap * taps) + end, rest.Length), -errors[tap - first], rest, rest);
            }
        }
    }

    private static double Rounded(double weight, float scale) => Math.Clamp(Math.Round(weight / scale), -MaxWeight, MaxWeight);
}
