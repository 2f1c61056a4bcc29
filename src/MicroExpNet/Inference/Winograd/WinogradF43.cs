using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.EightBit;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>F(4, 3) at 0, ±1, ±2 and infinity, of floats and of 16-bit integers: on a square 36 multiplications for 144.</summary>
internal readonly unsafe struct WinogradF43 : IWinogradTile, IWordTile
{
    public static int Outputs => 4;

    public static ReadOnlySpan<double> Nodes => [0, 1, -1, 2, -2];

    public static ReadOnlySpan<sbyte> InputMatrix =>
    [
        4, 0, -5, 0, 1, 0,
        0, -4, -4, 1, 1, 0,
        0, 4, -4, -1, 1, 0,
        0, -2, -1, 2, 1, 0,
        0, 2, -1, -2, 1, 0,
        0, 4, 0, -5, 0, 1,
    ];

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
        TVector two = TLanes.Broadcast(2), four = TLanes.Broadcast(4);
        TVector minusTwo = TLanes.Broadcast(-2), minusFour = TLanes.Broadcast(-4), minusFive = TLanes.Broadcast(-5);
        TLanes.Store(TLanes.MultiplyAdd(four, d0, TLanes.MultiplyAdd(minusFive, d2, d4)), to);
        TVector even = TLanes.MultiplyAdd(minusFour, d2, d4), odd = TLanes.MultiplyAdd(minusFour, d1, d3);
        TLanes.Store(TLanes.Add(even, odd), to + toStride);
        TLanes.Store(TLanes.Subtract(even, odd), to + (2 * toStride));
        even = TLanes.Subtract(d4, d2);
        odd = TLanes.Subtract(d3, d1);
        TLanes.Store(TLanes.MultiplyAdd(two, odd, even), to + (3 * toStride));
        TLanes.Store(TLanes.MultiplyAdd(minusTwo, odd, even), to + (4 * toStride));
        TLanes.Store(TLanes.MultiplyAdd(four, d1, TLanes.MultiplyAdd(minusFive, d3, d5)), to + (5 * toStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformInput<TWords, TVector, TSize>(byte* from, nint fromStride, TVector zeroPoint, short* to, nint toStride)
        where TWords : struct, IWordLanes<TVector>
        where TVector : unmanaged
        where TSize : struct, ICount
    {
        TVector d0 = WordSource<TWords, TVector, TSize>.Load(from, zeroPoint);
        TVector d1 = WordSource<TWords, TVector, TSize>.Load(from + fromStride, zeroPoint);
        TVector d2 = WordSource<TWords, TVector, TSize>.Load(from + (2 * fromStride), zeroPoint);
        TVector d3 = WordSource<TWords, TVector, TSize>.Load(from + (3 * fromStride), zeroPoint);
        TVector d4 = WordSource<TWords, TVector, TSize>.Load(from + (4 * fromStride), zeroPoint);
        TVector d5 = WordSource<TWords, TVector, TSize>.Load(from + (5 * fromStride), zeroPoint);
        TVector even = TWords.Subtract(d4, d2), odd = TWords.Subtract(d3, d1);
        TVector twice = TWords.Add(odd, odd);
        TWords.Store(TWords.Add(even, twice), to + (3 * toStride));
        TWords.Store(TWords.Subtract(even, twice), to + (4 * toStride));

        // 4·(d0 − d2) + (d4 − d2) and 4·(d1 − d3) + (d5 − d3).
        TVector half = TWords.Subtract(d0, d2);
        half = TWords.Add(half, half);
        TWords.Store(TWords.Add(TWords.Add(half, half), even), to);
        TWords.Store(TWords.Subtract(TWords.Subtract(d5, d3), TWords.Add(twice, twice)), to + (5 * toStride));

        // d4 − 4·d2 and d3 − 4·d1.
        d2 = TWords.Add(d2, d2);
        d1 = TWords.Add(d1, d1);
        even = TWords.Subtract(d4, TWords.Add(d2, d2));
        odd = TWords.Subtract(d3, TWords.Add(d1, d1));
        TWords.Store(TWords.Add(even, odd), to + toStride);
        TWords.Store(TWords.Subtract(even, odd), to + (2 * toStride));
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
        TVector sum = TLanes.Add(m1, m2), difference = TLanes.Subtract(m1, m2);
        TVector sum2 = TLanes.Add(m3, m4), difference2 = TLanes.Subtract(m3, m4);
        y0 = TLanes.Add(TLanes.Add(m0, sum), sum2);
        y1 = TLanes.MultiplyAdd(TLanes.Broadcast(2), difference2, difference);
        y2 = TLanes.MultiplyAdd(TLanes.Broadcast(4), sum2, sum);
        y3 = TLanes.MultiplyAdd(TLanes.Broadcast(8), difference2, TLanes.Add(difference, m5));
    }
}
