using MicroExpNet.Architectures;

namespace MicroExpNet.Training.Explanation;

/// <summary>
/// The log-odds of a class: the natural logarithm of its probability over that of all other classes together. Unlike the probability, it
/// does not saturate where the network is sure.
/// </summary>
internal static class LogOdds
{
    /// <summary>The log-odds of a class.</summary>
    /// <param name="logits">A network's logits, <c>[classes]</c>, of two classes or more.</param>
    /// <param name="index">The class.</param>
    public static double Of(ReadOnlySpan<float> logits, int index)
    {
        double largest = double.NegativeInfinity;
        for (int i = 0; i < logits.Length; i++)
        {
            if (i != index) largest = Math.Max(largest, logits[i]);
        }

        double others = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (i != index) others += Math.Exp(logits[i] - largest);
        }

        return logits[index] - largest - Math.Log(others);
    }

    /// <summary>The log-odds' gradient: 1 for the class, and minus its share among the others for each other one.</summary>
    /// <param name="logits">A network's logits, <c>[classes]</c>, of two classes or more.</param>
    /// <param name="index">The class.</param>
    /// <param name="gradient">Receives it, <c>[classes]</c>.</param>
    public static void Gradient(ReadOnlySpan<float> logits, int index, Span<float> gradient)
    {
        double largest = double.NegativeInfinity;
        for (int i = 0; i < logits.Length; i++)
        {
            if (i != index) largest = Math.Max(largest, logits[i]);
        }

        double others = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (i != index) others += Math.Exp(logits[i] - largest);
        }

        for (int i = 0; i < logits.Length; i++) gradient[i] = i == index ? 1 : (float)(-Math.Exp(logits[i] - largest) / others);
    }

    /// <summary>The log-odds of a class for a crop of a face, as the recogniser computes it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="crop">The crop, <c>[height, width, channels]</c>, unscaled.</param>
    /// <param name="index">The class.</param>
    public static double OfCrop(Network network, ReadOnlySpan<byte> crop, int index)
    {
        Span<float> outputs = new float[network.Model.Architecture.Labels.Length];
        network.RunFaces(crop, 1, outputs);
        if (network.Model.Architecture.Layers[^1] is Softmax)
        {
            foreach (ref float output in outputs) output = MathF.Log(Math.Max(output, float.Epsilon));
        }

        return Of(outputs, index);
    }
}
