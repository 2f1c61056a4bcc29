using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference;

/// <summary>F(3, 3) at 0, ±1, ½ and infinity: on a square 25 multiplications for 81.</summary>
internal readonly unsafe struct WinogradF33 : IWinogradTile
{
    public static int Outputs => 3;

    public static int Taps => 3;

    public static ReadOnlySpan<double> Nodes => [0, 1, -1, 0.5];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformInput<TLanes, TVector>(float* from, nint fromStride, float* to, nint toStride)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector d0 = TLanes.Load(from);
        TVector d1 = TLanes.Load(from + fromStride);
        TVector d2 = TLanes.Load(from + (2 * fromStride));
        TVector d3 = TLanes.Load(from + (3 * fromStride));
        TVector d4 = TLanes.Load(from + (4 * fromStride));
        TVector minusHalf = TLanes.Broadcast(-0.5f);

        // The factor x − ½, which every row but that of the node ½ has; what is left are the rows of 0 and ±1.
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformOutput<TLanes, TVector>(float* from, nint stride, out TVector y0, out TVector y1, out TVector y2, out TVector y3)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector m0 = TLanes.Load(from);
        TVector m1 = TLanes.Load(from + stride);
        TVector m2 = TLanes.Load(from + (2 * stride));
        TVector m3 = TLanes.Load(from + (3 * stride));
        TVector m4 = TLanes.Load(from + (4 * stride));
        TVector sum = TLanes.Add(m1, m2), difference = TLanes.Subtract(m1, m2);
        y0 = TLanes.Add(TLanes.Add(m0, sum), m3);
        y1 = TLanes.MultiplyAdd(TLanes.Broadcast(0.5f), m3, difference);
        y2 = TLanes.MultiplyAdd(TLanes.Broadcast(0.25f), m3, TLanes.Add(sum, m4));
        y3 = y2;
    }
}
