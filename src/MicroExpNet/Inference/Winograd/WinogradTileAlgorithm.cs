using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Winograd;

/// <summary>The <see cref="WinogradAlgorithm"/> of one tile; from m and the m + r − 2 finite nodes follows r.</summary>
internal sealed class WinogradTileAlgorithm<TTile>() : WinogradAlgorithm(TTile.Outputs, TTile.Nodes.Length + 2 - TTile.Outputs)
    where TTile : struct, IWinogradTile
{
    public override Step MakeStep<TLanes, TVector>(
        WinogradGeometry geometry, LayerParameters parameters, FusedLayer fused, FilterCache filters, int workspace) =>
        new WinogradConvolutionStep<TLanes, TVector, TTile>(geometry, parameters, fused, filters, workspace);
}
