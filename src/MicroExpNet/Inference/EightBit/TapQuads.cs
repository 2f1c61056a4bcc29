using MicroExpNet.Architectures;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A layer's taps in groups of four that are adjacent in its input, the quads. A run of adjacent taps is a kernel row of a dense
/// convolution, or one kernel position of a grouped one; its last quad is filled up with taps of weight 0.
/// </summary>
internal sealed class TapQuads
{
    /// <summary>Taps in each.</summary>
    public const int Length = 4;

    private readonly int _runLength;

    private TapQuads(int runs, int runLength)
    {
        Runs = runs;
        _runLength = runLength;
        InRun = (runLength + Length - 1) / Length;
    }

    /// <summary>Number of runs.</summary>
    public readonly int Runs;

    /// <summary>Quads in a run.</summary>
    public readonly int InRun;

    /// <summary>Number of quads.</summary>
    public int Count => Runs * InRun;

    /// <summary>The quads of a convolution or fully connected layer.</summary>
    public static TapQuads Of(Layer layer) => layer switch
    {
        Convolution { Groups: 1 } dense => new TapQuads(dense.Window.Height, dense.Window.Width * dense.ChannelsPerGroup),
        Convolution grouped => new TapQuads(grouped.Window.Height * grouped.Window.Width, grouped.ChannelsPerGroup),
        FullyConnected connected => new TapQuads(1, connected.InputCount),
        _ => throw new ArgumentException($"layer '{layer.Name}' ({layer.Kind}) has no taps"),
    };

    /// <summary>The index of a quad's tap among the weights of one filter, or −1 for one that fills up the quad.</summary>
    /// <param name="quad">The quad.</param>
    /// <param name="index">0 to 3.</param>
    public int Tap(int quad, int index)
    {
        int inRun = (quad % InRun * Length) + index;
        return inRun < _runLength ? (quad / InRun * _runLength) + inRun : -1;
    }
}
