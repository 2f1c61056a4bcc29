using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>F(3, 3) at 0, ±1, 2 and infinity, of 16-bit integers: on a square 25 multiplications for 81.</summary>
internal readonly unsafe struct WordF33 : IWordTile
{
    public static int Outputs => 3;

    public static ReadOnlySpan<double> Nodes => [0, 1, -1, 2];

    public static ReadOnlySpan<sbyte> InputMatrix =>
    [
        2, -1, -2, 1, 0,
        0, -2, -1, 1, 0,
        0, 2, -3, 1, 0,
        0, -1, 0, 1, 0,
        0, 2, -1, -2, 1,
    ];

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
        TVector first = TWords.Subtract(d0, d2), second = TWords.Subtract(d3, d1), last = TWords.Subtract(d4, d2);
        TWords.Store(TWords.Add(TWords.Add(first, first), second), to);
        TWords.Store(second, to + (3 * toStride));
        TWords.Store(TWords.Subtract(last, TWords.Add(second, second)), to + (4 * toStride));

        // d3 − d2 − 2·d1 and d3 − 3·d2 + 2·d1.
        TVector d12 = TWords.Subtract(d1, d2);
        TWords.Store(TWords.Subtract(TWords.Subtract(second, d1), d2), to + toStride);
        TWords.Store(TWords.Add(TWords.Subtract(d3, d2), TWords.Add(d12, d12)), to + (2 * toStride));
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
        TVector sum = TLanes.Add(m1, m2), difference = TLanes.Subtract(m1, m2);
        y0 = TLanes.Add(TLanes.Add(m0, sum), m3);
        y1 = TLanes.MultiplyAdd(TLanes.Broadcast(2), m3, difference);
        y2 = TLanes.MultiplyAdd(TLanes.Broadcast(4), m3, TLanes.Add(sum, m4));
        y3 = y2;
    }
}
