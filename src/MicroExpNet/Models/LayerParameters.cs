using System.Runtime.CompilerServices;

namespace MicroExpNet.Models;

/// <summary>The trained values of one layer.</summary>
/// <param name="weights">See <see cref="Weights"/>.</param>
/// <param name="biases">See <see cref="Biases"/>.</param>
internal sealed class LayerParameters(float[] weights, float[] biases)
{
    /// <summary>
    /// TensorFlow's order: of a convolution <c>[height, width, input channels / groups, output channels]</c>, of a fully connected layer
    /// <c>[inputs, outputs]</c>. The array is not copied; do not change it once a model has it.
    /// </summary>
    public readonly float[] Weights = weights ?? throw new ArgumentNullException(nameof(weights));

    /// <summary><c>[output channels]</c>. The array is not copied; do not change it once a model has it.</summary>
    public readonly float[] Biases = biases ?? throw new ArgumentNullException(nameof(biases));

    /// <summary>Whether all weights and biases are finite numbers.</summary>
    public bool AreFinite => IsFinite(Weights) && IsFinite(Biases);

    /// <summary>Whether all of some numbers are finite. It runs before any loop is optimised otherwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsFinite(float[] values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) return false;
        }

        return true;
    }
}
