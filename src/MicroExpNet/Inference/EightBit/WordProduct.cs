using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// Matrix products <c>[rows, filters] = [rows, taps] · [taps, filters]</c> of 16-bit integers at several points, summed exactly in 32 bits
/// and then scaled to floats. Tiles of up to six rows by one or two vectors of filters stay in registers while the taps go by, two at a
/// time. A tile's kernel does all points: with few channels a product takes some 50 cycles, too few for a call of its own.
/// </summary>
internal static unsafe class WordProduct<TDots, TSums, TLanes, TFloats>
    where TDots : struct, IDotLanes<TDots, TSums, TFloats>
    where TSums : unmanaged
    where TLanes : struct, IFloatLanes<TFloats>
    where TFloats : unmanaged
{
    private const int MaxRows = 6;

    /// <summary>Computes all filters of all rows at all points.</summary>
    /// <param name="input">The first point's first row.</param>
    /// <param name="pointStride">Integers from one point's rows to the next one's.</param>
    /// <param name="inputStride">Integers from one row to the next.</param>
    /// <param name="pairs">Pairs of taps.</param>
    /// <param name="weights">
    /// Blocks of two vectors of filters, the last of one where their number is odd; in each, point by point and pair by pair, two weights
    /// for each filter. They are read in this order, once for each tile of rows.
    /// </param>
    /// <param name="factors">What the sums of each filter are multiplied by, <c>[point, filter]</c>, in whole vectors.</param>
    /// <param name="vectors">Vectors of filters.</param>
    /// <param name="output">Receives <c>[point, row, filter]</c>, in whole vectors.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="points">Number of points.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        short* input, nint pointStride, nint inputStride, nint pairs, short* weights, float* factors, int vectors, float* output, int rows,
        int points)
    {
        nint width = vectors * TLanes.Count;
        (nint Point, nint Row) strides = (pointStride, inputStride);
        for (int vector = 0; vector < vectors; vector += 2)
        {
            if (vector + 1 < vectors)
            {
                MultiplyRows<Two>(input, strides, pairs, weights, factors, width, output, rows, points);
            }
            else
            {
                MultiplyRows<One>(input, strides, pairs, weights, factors, width, output, rows, points);
            }

            weights += 4 * pairs * points * TLanes.Count;
            factors += 2 * TLanes.Count;
            output += 2 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows<TVectors>(
        short* input, (nint Point, nint Row) strides, nint pairs, short* weights, float* factors, nint width, float* output, int rows,
        int points)
        where TVectors : struct, ICount
    {
        nint outputs = rows * width;
        for (int tiles = (rows + MaxRows - 1) / MaxRows; tiles > 0; tiles--)
        {
            int count = (rows + tiles - 1) / tiles;
            switch (count)
            {
                case 1: Tile<One, TVectors>(input, strides, pairs, weights, factors, width, output, outputs, points); break;
                case 2: Tile<Two, TVectors>(input, strides, pairs, weights, factors, width, output, outputs, points); break;
                case 3: Tile<Three, TVectors>(input, strides, pairs, weights, factors, width, output, outputs, points); break;
                case 4: Tile<Four, TVectors>(input, strides, pairs, weights, factors, width, output, outputs, points); break;
                case 5: Tile<Five, TVectors>(input, strides, pairs, weights, factors, width, output, outputs, points); break;
                default: Tile<Six, TVectors>(input, strides, pairs, weights, factors, width, output, outputs, points); break;
            }

            input += count * strides.Row;
            output += count * width;
            rows -= count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TRows, TVectors>(
        short* input, (nint Point, nint Row) strides, nint pairs, short* weights, float* factors, nint width, float* output, nint outputs,
        int points)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        // Strides in bytes, of which an address takes one, two or four times: pointers to all rows would not fit the registers.
        nint stride = strides.Row * sizeof(short), stride3 = 3 * stride, stride5 = 5 * stride;
        for (; points > 0; points--, input += strides.Point, factors += width, output += outputs)
        {
            TSums a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
            TSums d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
            byte* x = (byte*)input;
            for (nint left = pairs; left > 0; left--, x += 2 * sizeof(short))
            {
                TSums w0 = TDots.LoadWeights((sbyte*)weights);
                TSums w1 = TVectors.Value > 1 ? TDots.LoadWeights((sbyte*)(weights + (2 * TDots.Count))) : w0;
                weights += 2 * TVectors.Value * TDots.Count;
                if (TVectors.Value == 1)
                {
                    MultiplyAdd(TRows.Value, x, x + stride, w0, ref a0, ref b0);
                    if (TRows.Value > 2) MultiplyAdd(TRows.Value - 2, x + (2 * stride), x + stride3, w0, ref c0, ref d0);
                    if (TRows.Value > 4) MultiplyAdd(TRows.Value - 4, x + (4 * stride), x + stride5, w0, ref e0, ref f0);
                    continue;
                }

                MultiplyAdd(x, w0, w1, ref a0, ref a1);
                if (TRows.Value > 1) MultiplyAdd(x + stride, w0, w1, ref b0, ref b1);
                if (TRows.Value > 2) MultiplyAdd(x + (2 * stride), w0, w1, ref c0, ref c1);
                if (TRows.Value > 3) MultiplyAdd(x + stride3, w0, w1, ref d0, ref d1);
                if (TRows.Value > 4) MultiplyAdd(x + (4 * stride), w0, w1, ref e0, ref e1);
                if (TRows.Value > 5) MultiplyAdd(x + stride5, w0, w1, ref f0, ref f1);
            }

            TFloats factor0 = TLanes.Load(factors), factor1 = TVectors.Value > 1 ? TLanes.Load(factors + TLanes.Count) : factor0;
            Store<TVectors>(a0, a1, factor0, factor1, output);
            if (TRows.Value > 1) Store<TVectors>(b0, b1, factor0, factor1, output + width);
            if (TRows.Value > 2) Store<TVectors>(c0, c1, factor0, factor1, output + (2 * width));
            if (TRows.Value > 3) Store<TVectors>(d0, d1, factor0, factor1, output + (3 * width));
            if (TRows.Value > 4) Store<TVectors>(e0, e1, factor0, factor1, output + (4 * width));
            if (TRows.Value > 5) Store<TVectors>(f0, f1, factor0, factor1, output + (5 * width));
        }
    }

    // One row by two vectors of filters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(byte* pair, TSums weights0, TSums weights1, ref TSums sum0, ref TSums sum1)
    {
        TSums x = TDots.BroadcastPair((short*)pair);
        TDots.MultiplyAddPairs(x, weights0, ref sum0, x, weights1, ref sum1);
    }

    // Two rows, or the last one, by one vector of filters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(int rows, byte* pair, byte* nextPair, TSums weights, ref TSums sum, ref TSums nextSum)
    {
        TSums x = TDots.BroadcastPair((short*)pair);
        if (rows > 1) TDots.MultiplyAddPairs(x, weights, ref sum, TDots.BroadcastPair((short*)nextPair), weights, ref nextSum);
        else sum = TDots.MultiplyAddPairs(x, weights, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(TSums sum0, TSums sum1, TFloats factor0, TFloats factor1, float* output)
        where TVectors : struct, ICount
    {
        TLanes.Store(TLanes.Multiply(TDots.ToFloats(sum0), factor0), output);
        if (TVectors.Value > 1) TLanes.Store(TLanes.Multiply(TDots.ToFloats(sum1), factor1), output + TLanes.Count);
    }
}
