using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Winograd;

namespace MicroExpNet.Benchmarks;

/// <summary>How many multiplications this library does, which are fewer than a network's where convolutions are done as tiles.</summary>
internal static class MultiplyAddCount
{
    /// <summary>Multiply-adds an image on this processor's best instruction set, without those of the tiles' transforms.</summary>
    public static long Done(Architecture architecture)
    {
        Fusion fusion = new(architecture, quantization: null, KernelTarget.Best.Count);
        return architecture.Layers.Select((layer, i) => fusion.TilesOf(i) is { } tiles ? InTiles(tiles) : layer.MultiplyAdds).Sum();
    }

    // A tile has its points down and across, and at each of them multiplies the channels of the phases that reach it.
    private static long InTiles(WinogradGeometry tiles)
    {
        long along = Enumerable.Range(0, tiles.Points).Sum(tiles.PhasesAt);
        return along * along * tiles.TilesX * tiles.TilesY * tiles.Layer.InputShape.Channels * tiles.Layer.OutputShape.Channels;
    }
}
