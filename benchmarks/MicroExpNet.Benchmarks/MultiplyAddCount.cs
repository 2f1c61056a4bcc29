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
        long products = 0;
        int last = tiles.Points - 1;
        for (int row = 0; row <= last; row++)
        {
            for (int column = 0; column <= last; column++)
            {
                int start = column < last ? 0 : tiles.LastColumnStart;
                int end = column < last ? tiles.TilesX * tiles.TilesY : tiles.LastColumnEnd;
                if (row == last) end = tiles.LastRowEnd;
                products += (long)tiles.PhasesAt(row) * tiles.PhasesAt(column) * (end - start);
            }
        }

        return products * tiles.Layer.InputShape.Channels * tiles.Layer.OutputShape.Channels;
    }
}
