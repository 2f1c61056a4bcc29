using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>The input transform of tiles at 0, ±1 and infinity, whatever outputs and taps they serve.</summary>
internal static unsafe class FourPoints
{
    public static ReadOnlySpan<double> Nodes => [0, 1, -1];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformInput<TLanes, TVector>(float* from, nint fromStride, float* to, nint toStride)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        TVector d0 = TLanes.Load(from);
        TVector d1 = TLanes.Load(from + fromStride);
        TVector d2 = TLanes.Load(from + (2 * fromStride));
        TVector d3 = TLanes.Load(from + (3 * fromStride));
        TLanes.Store(TLanes.Subtract(d2, d0), to);
        TLanes.Store(TLanes.Add(d2, d1), to + toStride);
        TLanes.Store(TLanes.Subtract(d2, d1), to + (2 * toStride));
        TLanes.Store(TLanes.Subtract(d3, d1), to + (3 * toStride));
    }
}
