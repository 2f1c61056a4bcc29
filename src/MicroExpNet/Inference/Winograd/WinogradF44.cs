using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>F(4, 4) at 0, ±1, ±2, ½ and infinity: on a square 49 multiplications for 256.</summary>
internal readonly unsafe struct WinogradF44 : IWinogradTile
{
    public static int Outputs => 4;

    public static ReadOnlySpan<double> Nodes => [0, 1, -1, 2, -2, 0.5];

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
        TVector d5 = TLanes.Load(from + (5 * fromStride));
        TVector d6 = TLanes.Load(from + (6 * fromStride));
        TVector two = TLanes.Broadcast(2), four = TLanes.Broadcast(4);
        TVector minusTwo = TLanes.Broadcast(-2), minusFour = TLanes.Broadcast(-4), minusFive = TLanes.Broadcast(-5);
        TVector minusHalf = TLanes.Broadcast(-0.5f);

        // The factor x − ½, which every row but that of the node ½ has; what is left are the rows of 0, ±1, ±2.
        TVector e0 = TLanes.MultiplyAdd(minusHalf, d0, d1);
        TVector e1 = TLanes.MultiplyAdd(minusHalf, d1, d2);
        TVector e2 = TLanes.MultiplyAdd(minusHalf, d2, d3);
        TVector e3 = TLanes.MultiplyAdd(minusHalf, d3, d4);
        TVector e4 = TLanes.MultiplyAdd(minusHalf, d4, d5);
        TVector e5 = TLanes.MultiplyAdd(minusHalf, d5, d6);
        TLanes.Store(TLanes.MultiplyAdd(four, e0, TLanes.MultiplyAdd(minusFive, e2, e4)), to);
        TVector even = TLanes.MultiplyAdd(minusFour, e2, e4), odd = TLanes.MultiplyAdd(minusFour, e1, e3);
        TLanes.Store(TLanes.Add(even, odd), to + toStride);
        TLanes.Store(TLanes.Subtract(even, odd), to + (2 * toStride));
        even = TLanes.Subtract(e4, e2);
        odd = TLanes.Subtract(e3, e1);
        TLanes.Store(TLanes.MultiplyAdd(two, odd, even), to + (3 * toStride));
        TLanes.Store(TLanes.MultiplyAdd(minusTwo, odd, even), to + (4 * toStride));
        TLanes.Store(TLanes.MultiplyAdd(four, d1, TLanes.MultiplyAdd(minusFive, d3, d5)), to + (5 * toStride));
        TLanes.Store(TLanes.MultiplyAdd(four, e1, TLanes.MultiplyAdd(minusFive, e3, e5)), to + (6 * toStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformOutput<TLanes, TVector>(
        float* from, nint stride, out TVector y0, out TVector y1, out TVector y2, out TVector y3)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        TVector m0 = TLanes.Load(from);
        TVector m1 = TLanes.Load(from + stride);
        TVector m2 = TLanes.Load(from + (2 * stride));
        TVector m3 = TLanes.Load(from + (3 * stride));
        TVector m4 = TLanes.Load(from + (4 * stride));
        TVector m5 = TLanes.Load(from + (5 * stride));
        TVector m6 = TLanes.Load(from + (6 * stride));
        Combine<TLanes, TVector>(m0, m1, m2, m3, m4, m5, m6, out y0, out y1, out y2, out y3);
    }

    /// <summary>Aᵀ of seven products in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Combine<TLanes, TVector>(
        TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, TVector m6, out TVector y0, out TVector y1,
        out TVector y2, out TVector y3)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        TVector sum = TLanes.Add(m1, m2), difference = TLanes.Subtract(m1, m2);
        TVector sum2 = TLanes.Add(m3, m4), difference2 = TLanes.Subtract(m3, m4);
        y0 = TLanes.Add(TLanes.Add(m0, sum), TLanes.Add(sum2, m5));

        // Doubling is exact, and additions have pipes of their own beside those of multiplications.
        TVector twice = TLanes.Add(difference2, difference2), twice2 = TLanes.Add(sum2, sum2);
        y1 = TLanes.MultiplyAdd(TLanes.Broadcast(0.5f), m5, TLanes.Add(twice, difference));
        y2 = TLanes.MultiplyAdd(TLanes.Broadcast(0.25f), m5, TLanes.Add(TLanes.Add(twice2, twice2), sum));
        y3 = TLanes.MultiplyAdd(TLanes.Broadcast(4), twice, TLanes.Add(difference, m6));
        y3 = TLanes.MultiplyAdd(TLanes.Broadcast(0.125f), m5, y3);
    }
}
