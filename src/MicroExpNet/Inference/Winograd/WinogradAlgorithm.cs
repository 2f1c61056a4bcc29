using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Winograd;

/// <summary>Winograd's F(m, r) as a value: one of the <see cref="IWinogradTile"/>s, with the step that uses it.</summary>
/// <param name="outputs">m: outputs of a tile along one axis.</param>
/// <param name="taps">r: taps of a filter along one axis.</param>
internal abstract class WinogradAlgorithm(int outputs, int taps)
{
    /// <summary>m: outputs of a tile along one axis.</summary>
    public readonly int Outputs = outputs;

    /// <summary>r: taps of a filter along one axis.</summary>
    public readonly int Taps = taps;

    /// <summary>Makes a convolution's step.</summary>
    /// <param name="geometry">The convolution's tiles.</param>
    /// <param name="parameters">Its weights and biases.</param>
    /// <param name="fused">What it reads and writes.</param>
    /// <param name="filters">The model's transformed filters.</param>
    /// <param name="workspace">Where the workspace starts, in floats.</param>
    public abstract Step MakeStep<TLanes, TVector>(
        WinogradGeometry geometry, LayerParameters parameters, FusedLayer fused, FilterCache filters, int workspace)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged;
}
