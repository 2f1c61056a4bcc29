using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.EightBit;

/// <summary>The 8-bit parameters of one layer.</summary>
internal sealed class ByteParameters(sbyte[] weights, int[] biases, float[] scales)
{
    /// <summary>Integer weights, <c>[taps, filters]</c>, the order of the model's.</summary>
    public readonly sbyte[] Weights = weights;

    /// <summary>Biases in units of the accumulators (input scale times weight scale), <c>[filters]</c>.</summary>
    public readonly int[] Biases = biases;

    /// <summary>The scale of each filter's weights, <c>[filters]</c>.</summary>
    public readonly float[] Scales = scales;

    /// <summary>What the sums of each filter are multiplied by to become the output, <c>[filters]</c>.</summary>
    /// <param name="fused">What the layer reads and writes.</param>
    public double[] Factors(FusedLayer fused)
    {
        double from = fused.Input.Quantization!.Value.Scale, to = fused.OutputScale;
        double[] factors = new double[Scales.Length];
        for (int i = 0; i < factors.Length; i++) factors[i] = from * Scales[i] / to;
        return factors;
    }

    /// <summary>The biases in units of the output, <c>[filters]</c>.</summary>
    /// <param name="fused">What the layer reads and writes.</param>
    public float[] OutputBiases(FusedLayer fused)
    {
        double[] factors = Factors(fused);
        float[] biases = new float[factors.Length];
        for (int i = 0; i < biases.Length; i++) biases[i] = (float)(factors[i] * Biases[i]);
        return biases;
    }

    /// <summary>Checks the sums: they wrap around in 32 bits, harmless in between, but what remains in the end must fit.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="layer">The layer's name.</param>
    /// <exception cref="ModelFormatException">They can be larger.</exception>
    public void CheckSums(string model, string layer)
    {
        long max = 0;
        for (int filter = 0; filter < Biases.Length; filter++)
        {
            long sum = Math.Abs((long)Biases[filter]);
            for (int i = filter; i < Weights.Length; i += Biases.Length) sum += byte.MaxValue * Math.Abs((int)Weights[i]);
            max = Math.Max(max, sum);
        }

        if (max <= int.MaxValue) return;
        throw new ModelFormatException($"model '{model}': sums of layer '{layer}' can reach {max:0.0e+0}, beyond 32 bits; "
            + "expected fewer taps, smaller integer weights or smaller biases");
    }
}
