using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// The products of one row of points of F(4, 4), of four taps each, and the transform to columns of outputs, in one pass: the 28 sums of
/// four tiles stay in registers, so no product is written to memory, and the transform's additions run beside the next multiplications.
/// It needs the 32 registers of AVX-512, and one vector of filters. Bits are those of
/// <see cref="Steps.MatrixProduct{TLanes, TVector}.MultiplyFourTaps"/> and the transform after it.
/// </summary>
internal static unsafe class FourTapColumns<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Tiles that are computed together, the smallest number there may be.</summary>
    public const int Tiles = 4;

    /// <summary>Computes one row of points of all tiles of a block.</summary>
    /// <param name="input">The first point's values of the first tile.</param>
    /// <param name="pointStride">Floats from one point's values to the next one's.</param>
    /// <param name="tileStride">Floats from one tile's values to the next one's.</param>
    /// <param name="run">Floats from the first two values to the last two.</param>
    /// <param name="weights">Of each point, four vectors.</param>
    /// <param name="outputs">Receives <c>[output column, tile, filter]</c>.</param>
    /// <param name="count">Number of tiles, at least <see cref="Tiles"/>.</param>
    public static void Compute(
        float* input, nint pointStride, nint tileStride, nint run, float* weights, float* outputs, int count)
    {
        pointStride *= sizeof(float);
        tileStride *= sizeof(float);
        int whole = count / Tiles * Tiles, left = count - whole;
        byte* x = (byte*)input;
        Compute<Four>(x, pointStride, tileStride, run * sizeof(float), weights, outputs, whole, count);
        if (left == 0) return;

        // Three are computed alone; one or two with those before them, which gives the same values again.
        int first = left == 3 ? whole : count - Tiles;
        x += first * tileStride;
        outputs += first * TLanes.Count;
        if (left == 3) Compute<Three>(x, pointStride, tileStride, run * sizeof(float), weights, outputs, left, count);
        else Compute<Four>(x, pointStride, tileStride, run * sizeof(float), weights, outputs, Tiles, count);
    }

    // Three or four tiles at a time, of a block of count tiles. Strides are in bytes, which saves an instruction for each address.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute<TTiles>(
        byte* input, nint pointStride, nint tileStride, nint run, float* weights, float* to, int tiles, int count)
        where TTiles : struct, ICount
    {
        nint stride = (nint)count * TLanes.Count;
        for (; tiles > 0; tiles -= TTiles.Value, input += TTiles.Value * tileStride, to += TTiles.Value * TLanes.Count)
        {
            byte* x = input, y = input + run;
            float* w = weights;
            Multiply<TTiles>(ref x, ref y, pointStride, tileStride, ref w, out TVector a0, out TVector b0, out TVector c0, out TVector d0);
            Multiply<TTiles>(ref x, ref y, pointStride, tileStride, ref w, out TVector a1, out TVector b1, out TVector c1, out TVector d1);
            Multiply<TTiles>(ref x, ref y, pointStride, tileStride, ref w, out TVector a2, out TVector b2, out TVector c2, out TVector d2);
            Multiply<TTiles>(ref x, ref y, pointStride, tileStride, ref w, out TVector a3, out TVector b3, out TVector c3, out TVector d3);
            Multiply<TTiles>(ref x, ref y, pointStride, tileStride, ref w, out TVector a4, out TVector b4, out TVector c4, out TVector d4);
            Multiply<TTiles>(ref x, ref y, pointStride, tileStride, ref w, out TVector a5, out TVector b5, out TVector c5, out TVector d5);
            Multiply<TTiles>(ref x, ref y, pointStride, tileStride, ref w, out TVector a6, out TVector b6, out TVector c6, out TVector d6);
            // Combined here, not in Store: what a method may inline grows with its own length, and with less the last calls would stay
            // calls.
            WinogradF44.Combine<TLanes, TVector>(
                a0, a1, a2, a3, a4, a5, a6, out TVector y0, out TVector y1, out TVector y2, out TVector y3);
            Store(y0, y1, y2, y3, to, stride);
            WinogradF44.Combine<TLanes, TVector>(b0, b1, b2, b3, b4, b5, b6, out y0, out y1, out y2, out y3);
            Store(y0, y1, y2, y3, to + TLanes.Count, stride);
            WinogradF44.Combine<TLanes, TVector>(c0, c1, c2, c3, c4, c5, c6, out y0, out y1, out y2, out y3);
            Store(y0, y1, y2, y3, to + (2 * TLanes.Count), stride);
            if (TTiles.Value < 4) continue;
            WinogradF44.Combine<TLanes, TVector>(d0, d1, d2, d3, d4, d5, d6, out y0, out y1, out y2, out y3);
            Store(y0, y1, y2, y3, to + (3 * TLanes.Count), stride);
        }
    }

    // One point; the pointers move on to the next point.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply<TTiles>(
        ref byte* x, ref byte* y, nint pointStride, nint tileStride, ref float* weights, out TVector sumA, out TVector sumB,
        out TVector sumC, out TVector sumD)
        where TTiles : struct, ICount
    {
        TVector weight = TLanes.Load(weights);
        sumA = TLanes.Multiply(TLanes.Broadcast(*(float*)x), weight);
        sumB = TLanes.Multiply(TLanes.Broadcast(*(float*)(x + tileStride)), weight);
        sumC = TLanes.Multiply(TLanes.Broadcast(*(float*)(x + (2 * tileStride))), weight);
        sumD = TTiles.Value > 3 ? TLanes.Multiply(TLanes.Broadcast(*(float*)(x + (3 * tileStride))), weight) : sumC;
        Add<TTiles>(x + sizeof(float), tileStride, weights + TLanes.Count, ref sumA, ref sumB, ref sumC, ref sumD);
        Add<TTiles>(y, tileStride, weights + (2 * TLanes.Count), ref sumA, ref sumB, ref sumC, ref sumD);
        Add<TTiles>(y + sizeof(float), tileStride, weights + (3 * TLanes.Count), ref sumA, ref sumB, ref sumC, ref sumD);
        weights += 4 * TLanes.Count;
        x += pointStride;
        y += pointStride;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TTiles>(
        byte* x, nint tileStride, float* weights, ref TVector sumA, ref TVector sumB, ref TVector sumC, ref TVector sumD)
        where TTiles : struct, ICount
    {
        TVector weight = TLanes.Load(weights);
        sumA = TLanes.MultiplyAdd(TLanes.Broadcast(*(float*)x), weight, sumA);
        sumB = TLanes.MultiplyAdd(TLanes.Broadcast(*(float*)(x + tileStride)), weight, sumB);
        sumC = TLanes.MultiplyAdd(TLanes.Broadcast(*(float*)(x + (2 * tileStride))), weight, sumC);
        if (TTiles.Value > 3) sumD = TLanes.MultiplyAdd(TLanes.Broadcast(*(float*)(x + (3 * tileStride))), weight, sumD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector y0, TVector y1, TVector y2, TVector y3, float* to, nint stride)
    {
        TLanes.Store(y0, to);
        TLanes.Store(y1, to + stride);
        TLanes.Store(y2, to + (2 * stride));
        TLanes.Store(y3, to + (3 * stride));
    }
}
