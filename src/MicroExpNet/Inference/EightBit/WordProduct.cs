using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// Matrix products <c>[rows, filters] = [rows, taps] · [taps, filters]</c> of 16-bit integers, summed exactly in 32 bits and then scaled to
/// floats. Tiles of up to six rows by one or two vectors of filters stay in registers while the taps go by, two at a time.
/// </summary>
internal static unsafe class WordProduct<TDots, TSums, TLanes, TFloats>
    where TDots : struct, IDotLanes<TSums, TFloats>
    where TSums : unmanaged
    where TLanes : struct, IFloatLanes<TFloats>
    where TFloats : unmanaged
{
    private const int MaxRows = 6;

    /// <summary>Computes all filters of all rows.</summary>
    /// <param name="input">The first row.</param>
    /// <param name="inputStride">Integers from one row to the next.</param>
    /// <param name="pairs">Pairs of taps.</param>
    /// <param name="weights">
    /// Blocks of two vectors of filters, the last of one where their number is odd; in each, pair by pair, two weights for each filter.
    /// </param>
    /// <param name="factors">What the sums of each filter are multiplied by.</param>
    /// <param name="vectors">Vectors of filters.</param>
    /// <param name="output">Receives the rows, packed: <paramref name="vectors"/> whole vectors each.</param>
    /// <param name="rows">Number of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        short* input, nint inputStride, nint pairs, short* weights, float* factors, int vectors, float* output, int rows)
    {
        nint outputStride = vectors * TLanes.Count;
        for (int vector = 0; vector < vectors; vector += 2)
        {
            if (vector + 1 < vectors) MultiplyRows<Two>(input, inputStride, pairs, weights, factors, output, outputStride, rows);
            else MultiplyRows<One>(input, inputStride, pairs, weights, factors, output, outputStride, rows);
            weights += 4 * pairs * TLanes.Count;
            factors += 2 * TLanes.Count;
            output += 2 * TLanes.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyRows<TVectors>(
        short* input, nint inputStride, nint pairs, short* weights, float* factors, float* output, nint outputStride, int rows)
        where TVectors : struct, ICount
    {
        for (int tiles = (rows + MaxRows - 1) / MaxRows; tiles > 0; tiles--)
        {
            int count = (rows + tiles - 1) / tiles;
            switch (count)
            {
                case 1: MultiplyTile<One, TVectors>(input, inputStride, pairs, weights, factors, output, outputStride); break;
                case 2: MultiplyTile<Two, TVectors>(input, inputStride, pairs, weights, factors, output, outputStride); break;
                case 3: MultiplyTile<Three, TVectors>(input, inputStride, pairs, weights, factors, output, outputStride); break;
                case 4: MultiplyTile<Four, TVectors>(input, inputStride, pairs, weights, factors, output, outputStride); break;
                case 5: MultiplyTile<Five, TVectors>(input, inputStride, pairs, weights, factors, output, outputStride); break;
                default: MultiplyTile<Six, TVectors>(input, inputStride, pairs, weights, factors, output, outputStride); break;
            }

            input += count * inputStride;
            output += count * outputStride;
            rows -= count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile<TRows, TVectors>(
        short* input, nint inputStride, nint pairs, short* weights, float* factors, float* output, nint outputStride)
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        TSums a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        TSums d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        short* b = input + inputStride;
        short* c = b + inputStride;
        short* d = c + inputStride;
        short* e = d + inputStride;
        short* f = e + inputStride;
        for (nint tap = 0; tap < 2 * pairs; tap += 2)
        {
            TSums w0 = TDots.LoadWeights((sbyte*)weights);
            TSums w1 = TVectors.Value > 1 ? TDots.LoadWeights((sbyte*)(weights + (2 * TDots.Count))) : w0;
            weights += 2 * TVectors.Value * TDots.Count;
            MultiplyAdd<TVectors>(input + tap, w0, w1, ref a0, ref a1);
            if (TRows.Value > 1) MultiplyAdd<TVectors>(b + tap, w0, w1, ref b0, ref b1);
            if (TRows.Value > 2) MultiplyAdd<TVectors>(c + tap, w0, w1, ref c0, ref c1);
            if (TRows.Value > 3) MultiplyAdd<TVectors>(d + tap, w0, w1, ref d0, ref d1);
            if (TRows.Value > 4) MultiplyAdd<TVectors>(e + tap, w0, w1, ref e0, ref e1);
            if (TRows.Value > 5) MultiplyAdd<TVectors>(f + tap, w0, w1, ref f0, ref f1);
        }

        TFloats factor0 = TLanes.Load(factors), factor1 = TVectors.Value > 1 ? TLanes.Load(factors + TLanes.Count) : factor0;
        Store<TVectors>(a0, a1, factor0, factor1, output);
        if (TRows.Value > 1) Store<TVectors>(b0, b1, factor0, factor1, output + outputStride);
        if (TRows.Value > 2) Store<TVectors>(c0, c1, factor0, factor1, output + (2 * outputStride));
        if (TRows.Value > 3) Store<TVectors>(d0, d1, factor0, factor1, output + (3 * outputStride));
        if (TRows.Value > 4) Store<TVectors>(e0, e1, factor0, factor1, output + (4 * outputStride));
        if (TRows.Value > 5) Store<TVectors>(f0, f1, factor0, factor1, output + (5 * outputStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd<TVectors>(short* pair, TSums weights0, TSums weights1, ref TSums sum0, ref TSums sum1)
        where TVectors : struct, ICount
    {
        TSums x = TDots.BroadcastPair(pair);
        sum0 = TDots.MultiplyAddPairs(x, weights0, sum0);
        if (TVectors.Value > 1) sum1 = TDots.MultiplyAddPairs(x, weights1, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(TSums sum0, TSums sum1, TFloats factor0, TFloats factor1, float* output)
        where TVectors : struct, ICount
    {
        TLanes.Store(TLanes.Multiply(TDots.ToFloats(sum0), factor0), output);
        if (TVectors.Value > 1) TLanes.Store(TLanes.Multiply(TDots.ToFloats(sum1), factor1), output + TLanes.Count);
    }
}
