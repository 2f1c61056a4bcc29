using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>A layer together with what is fused to it, as its step reads and writes them.</summary>
/// <param name="Position">The layer's position in the network.</param>
/// <param name="Input">What the layer reads.</param>
/// <param name="Output">Where the last of the fused layers writes.</param>
/// <param name="Addend">What is added to a convolution's output, or null.</param>
/// <param name="Range">The activation's bounds.</param>
/// <param name="Pools">Whether a 2×2 max pool follows.</param>
internal readonly record struct FusedLayer(int Position, Region Input, Region Output, Region? Addend, ActivationRange Range, bool Pools);
