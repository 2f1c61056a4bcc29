using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Steps;

/// <summary>A layer together with what is fused to it, as its step reads and writes them.</summary>
internal readonly struct FusedLayer(
    int position, Region input, Region output, Region? addend, TensorQuantization? rounding, ActivationRange range, bool pools)
{
    /// <summary>The layer's position in the network.</summary>
    public readonly int Position = position;

    /// <summary>What the layer reads.</summary>
    public readonly Region Input = input;

    /// <summary>Where the last of the fused layers writes.</summary>
    public readonly Region Output = output;

    /// <summary>What is added to a convolution's output, or null.</summary>
    public readonly Region? Addend = addend;

    /// <summary>How a convolution's output is rounded before the addend is added; null where it is not.</summary>
    public readonly TensorQuantization? Rounding = rounding;

    /// <summary>The activation's bounds.</summary>
    public readonly ActivationRange Range = range;

    /// <summary>Whether a 2×2 max pool follows.</summary>
    public readonly bool Pools = pools;

    /// <summary>The scale of the output, or of what of it is rounded before the addend is added; 1 for floats.</summary>
    public float OutputScale => (Rounding ?? Output.Quantization)?.Scale ?? 1;
}
