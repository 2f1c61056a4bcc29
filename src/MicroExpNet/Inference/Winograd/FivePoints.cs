using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>The input transform of tiles at 0, ±1, ½ and infinity, whatever outputs and taps they serve.</summary>
internal static unsafe class FivePoints
{
    public static ReadOnlySpan<double> Nodes => [0, 1, -1, 0.5];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformInput<TLanes, TVector>(float* from, nint fromStride, float* to, nint toStride)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        TVector d0 = TLanes.Load(from);
        TVector d1 = TLanes.Load(from + fromStride);
        TVector d2 = TLanes.Load(from + (2 * fromStride));
        TVector d3 = TLanes.Load(from + (3 * fromStride));
        TVector d4 = TLanes.Load(from + (4 * fromStride));
        TVector minusHalf = TLanes.Broadcast(-0.5f);

        // All rows but that of the node ½ have the factor x − ½, as polynomials. Without it they are the rows of the nodes 0 and ±1.
        TVector e0 = TLanes.MultiplyAdd(minusHalf, d0, d1);
        TVector e1 = TLanes.MultiplyAdd(minusHalf, d1, d2);
        TVector e2 = TLanes.MultiplyAdd(minusHalf, d2, d3);
        TVector e3 = TLanes.MultiplyAdd(minusHalf, d3, d4);
        TLanes.Store(TLanes.Subtract(e2, e0), to);
        TLanes.Store(TLanes.Add(e2, e1), to + toStride);
        TLanes.Store(TLanes.Subtract(e2, e1), to + (2 * toStride));
        TLanes.Store(TLanes.Subtract(d3, d1), to + (3 * toStride));
        TLanes.Store(TLanes.Subtract(e3, e1), to + (4 * toStride));
    }
}
