using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// Products <c>[rows, filters] = [rows, taps] · [taps, filters]</c> of a few rows. Up to six rows by one or two vectors of filters stay in
/// registers while the taps go by: each weight is loaded once for all rows of the register tile, each input value is spread over its
/// filters. Rows are divided evenly among register tiles, so that none is computed twice.
/// </summary>
internal static unsafe class MatrixProduct<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private const int MaxRows = 6;

    /// <summary>Computes all filters of all rows.</summary>
    /// <param name="input">The first row.</param>
    /// <param name="inputStride">Floats from one row to the next.</param>
    /// <param name="runs">Offsets of the runs in a row.</param>
    /// <param name="runCount">How many runs there are.</param>
    /// <param name="runLength">Values in each.</param>
    /// <param name="weights">Blocks of two vectors of filters, the last of one where their number is odd; in each, tap by tap, a weight for each filter.</param>
    /// <param name="vectors">Vectors of filters.</param>
    /// <param name="output">The first row of results.</param>
    /// <param name="outputStride">Floats from one row of results to the next.</param>
    /// <param name="rows">Number of rows.</param>
    public static void Multiply(
        float* input, nint inputStride, int* runs, int runCount, nint runLength, float* weights, int vectors, float* output, nint outputStride, int rows)
    {
        nint taps = runCount * runLength;
        for (int vector = 0; vector < vectors; vector += 2)
        {
            MultiplyRows(input, inputStride, runs, runs + runCount, runLength, weights, vector + 1 < vectors, output, outputStride, rows);
            weights += 2 * taps * TLanes.Count;
            output += 2 * TLanes.Count;
        }
    }

    /// <summary>Computes one block of one or two vectors of filters of all rows; see <see cref="Multiply"/>.</summary>
    public static void MultiplyRows(
        float* input, nint inputStride, int* runs, int* runsEnd, nint runLength, float* weights, bool two, float* output, nint outputStride, int rows)
    {
        for (int tiles = (rows + MaxRows - 1) / MaxRows; tiles > 0; tiles--)
        {
            int count = (rows + tiles - 1) / tiles;
            switch (count)
            {
                case 1: MultiplyTile<RowCounts.One>(input, inputStride, runs, runsEnd, runLength, weights, two, output, outputStride); break;
                case 2: MultiplyTile<RowCounts.Two>(input, inputStride, runs, runsEnd, runLength, weights, two, output, outputStride); break;
                case 3: MultiplyTile<RowCounts.Three>(input, inputStride, runs, runsEnd, runLength, weights, two, output, outputStride); break;
                case 4: MultiplyTile<RowCounts.Four>(input, inputStride, runs, runsEnd, runLength, weights, two, output, outputStride); break;
                case 5: MultiplyTile<RowCounts.Five>(input, inputStride, runs, runsEnd, runLength, weights, two, output, outputStride); break;
                default: MultiplyTile<RowCounts.Six>(input, inputStride, runs, runsEnd, runLength, weights, two, output, outputStride); break;
            }

            input += count * inputStride;
            output += count * outputStride;
            rows -= count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyTile<TRows>(
        float* input, nint inputStride, int* runs, int* runsEnd, nint runLength, float* weights, bool two, float* output, nint outputStride)
        where TRows : struct, IRowCount
    {
        if (two) TwoVectors<TRows>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride);
        else OneVector<TRows>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride);
    }

    // Which rows there are is known when a row count's code is compiled: the others leave no trace in it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoVectors<TRows>(
        float* input, nint inputStride, int* runs, int* runsEnd, nint runLength, float* weights, float* output, nint outputStride)
        where TRows : struct, IRowCount
    {
        TVector zero = TLanes.Broadcast(0);
        TVector a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero;
        TVector d0 = zero, d1 = zero, e0 = zero, e1 = zero, f0 = zero, f1 = zero;
        for (; runs < runsEnd; runs++)
        {
            float* a = input + *runs;
            float* b = a + inputStride;
            float* c = b + inputStride;
            float* d = c + inputStride;
            float* e = d + inputStride;
            float* f = e + inputStride;
            for (nint tap = 0; tap < runLength; tap++)
            {
                TVector w0 = TLanes.Load(weights);
                TVector w1 = TLanes.Load(weights + TLanes.Count);
                weights += 2 * TLanes.Count;
                TVector x = TLanes.Broadcast(a[tap]);
                a0 = TLanes.MultiplyAdd(x, w0, a0);
                a1 = TLanes.MultiplyAdd(x, w1, a1);
                if (TRows.Count > 1)
                {
                    x = TLanes.Broadcast(b[tap]);
                    b0 = TLanes.MultiplyAdd(x, w0, b0);
                    b1 = TLanes.MultiplyAdd(x, w1, b1);
                }

                if (TRows.Count > 2)
                {
                    x = TLanes.Broadcast(c[tap]);
                    c0 = TLanes.MultiplyAdd(x, w0, c0);
                    c1 = TLanes.MultiplyAdd(x, w1, c1);
                }

                if (TRows.Count > 3)
                {
                    x = TLanes.Broadcast(d[tap]);
                    d0 = TLanes.MultiplyAdd(x, w0, d0);
                    d1 = TLanes.MultiplyAdd(x, w1, d1);
                }

                if (TRows.Count > 4)
                {
                    x = TLanes.Broadcast(e[tap]);
                    e0 = TLanes.MultiplyAdd(x, w0, e0);
                    e1 = TLanes.MultiplyAdd(x, w1, e1);
                }

                if (TRows.Count > 5)
                {
                    x = TLanes.Broadcast(f[tap]);
                    f0 = TLanes.MultiplyAdd(x, w0, f0);
                    f1 = TLanes.MultiplyAdd(x, w1, f1);
                }
            }
        }

        Store(a0, a1, output);
        if (TRows.Count > 1) Store(b0, b1, output + outputStride);
        if (TRows.Count > 2) Store(c0, c1, output + (2 * outputStride));
        if (TRows.Count > 3) Store(d0, d1, output + (3 * outputStride));
        if (TRows.Count > 4) Store(e0, e1, output + (4 * outputStride));
        if (TRows.Count > 5) Store(f0, f1, output + (5 * outputStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneVector<TRows>(
        float* input, nint inputStride, int* runs, int* runsEnd, nint runLength, float* weights, float* output, nint outputStride)
        where TRows : struct, IRowCount
    {
        TVector zero = TLanes.Broadcast(0);
        TVector a0 = zero, b0 = zero, c0 = zero, d0 = zero, e0 = zero, f0 = zero;
        for (; runs < runsEnd; runs++)
        {
            float* a = input + *runs;
            float* b = a + inputStride;
            float* c = b + inputStride;
            float* d = c + inputStride;
            float* e = d + inputStride;
            float* f = e + inputStride;
            for (nint tap = 0; tap < runLength; tap++)
            {
                TVector w = TLanes.Load(weights);
                weights += TLanes.Count;
                a0 = TLanes.MultiplyAdd(TLanes.Broadcast(a[tap]), w, a0);
                if (TRows.Count > 1) b0 = TLanes.MultiplyAdd(TLanes.Broadcast(b[tap]), w, b0);
                if (TRows.Count > 2) c0 = TLanes.MultiplyAdd(TLanes.Broadcast(c[tap]), w, c0);
                if (TRows.Count > 3) d0 = TLanes.MultiplyAdd(TLanes.Broadcast(d[tap]), w, d0);
                if (TRows.Count > 4) e0 = TLanes.MultiplyAdd(TLanes.Broadcast(e[tap]), w, e0);
                if (TRows.Count > 5) f0 = TLanes.MultiplyAdd(TLanes.Broadcast(f[tap]), w, f0);
            }
        }

        TLanes.Store(a0, output);
        if (TRows.Count > 1) TLanes.Store(b0, output + outputStride);
        if (TRows.Count > 2) TLanes.Store(c0, output + (2 * outputStride));
        if (TRows.Count > 3) TLanes.Store(d0, output + (3 * outputStride));
        if (TRows.Count > 4) TLanes.Store(e0, output + (4 * outputStride));
        if (TRows.Count > 5) TLanes.Store(f0, output + (5 * outputStride));
    }

    /// <summary>
    /// Several products of four taps each: a product's weights stay in registers and the rows go by. Results are packed,
    /// <c>[product, row, filter]</c>.
    /// </summary>
    /// <param name="input">The first product's first row.</param>
    /// <param name="productStride">Floats from one product's input to the next one's.</param>
    /// <param name="inputStride">Floats from one row to the next.</param>
    /// <param name="taps">Where a row's four values lie from its start.</param>
    /// <param name="weights">The products' weights one after another, each as <see cref="Multiply"/> reads them.</param>
    /// <param name="vectors">Vectors of filters.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="products">Number of products.</param>
    /// <param name="rows">Number of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyFourTaps(
        float* input, nint productStride, nint inputStride, int* taps, float* weights, int vectors, float* output, int products, int rows)
    {
        nint tapB = taps[1] - taps[0], tapC = taps[2] - taps[0], tapD = taps[3] - taps[0];
        nint outputStride = vectors * TLanes.Count;
        input += taps[0];
        for (int product = 0; product < products; product++, input += productStride, output += rows * outputStride)
        {
            int vector = 0;
            for (; vector + 1 < vectors; vector += 2)
            {
                TVector a0 = TLanes.Load(weights), a1 = TLanes.Load(weights + TLanes.Count);
                TVector b0 = TLanes.Load(weights + (2 * TLanes.Count)), b1 = TLanes.Load(weights + (3 * TLanes.Count));
                TVector c0 = TLanes.Load(weights + (4 * TLanes.Count)), c1 = TLanes.Load(weights + (5 * TLanes.Count));
                TVector d0 = TLanes.Load(weights + (6 * TLanes.Count)), d1 = TLanes.Load(weights + (7 * TLanes.Count));
                weights += 8 * TLanes.Count;
                float* from = input;
                float* to = output + (vector * TLanes.Count);
                for (int row = 0; row < rows; row++, from += inputStride, to += outputStride)
                {
                    TVector x = TLanes.Broadcast(*from);
                    TVector sum0 = TLanes.Multiply(x, a0);
                    TVector sum1 = TLanes.Multiply(x, a1);
                    x = TLanes.Broadcast(from[tapB]);
                    sum0 = TLanes.MultiplyAdd(x, b0, sum0);
                    sum1 = TLanes.MultiplyAdd(x, b1, sum1);
                    x = TLanes.Broadcast(from[tapC]);
                    sum0 = TLanes.MultiplyAdd(x, c0, sum0);
                    sum1 = TLanes.MultiplyAdd(x, c1, sum1);
                    x = TLanes.Broadcast(from[tapD]);
                    Store(TLanes.MultiplyAdd(x, d0, sum0), TLanes.MultiplyAdd(x, d1, sum1), to);
                }
            }

            if (vector < vectors)
            {
                TVector a = TLanes.Load(weights), b = TLanes.Load(weights + TLanes.Count);
                TVector c = TLanes.Load(weights + (2 * TLanes.Count)), d = TLanes.Load(weights + (3 * TLanes.Count));
                weights += 4 * TLanes.Count;
                float* from = input;
                float* to = output + (vector * TLanes.Count);
                for (int row = 0; row < rows; row++, from += inputStride, to += outputStride)
                {
                    TVector sum = TLanes.Multiply(TLanes.Broadcast(*from), a);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(from[tapB]), b, sum);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(from[tapC]), c, sum);
                    TLanes.Store(TLanes.MultiplyAdd(TLanes.Broadcast(from[tapD]), d, sum), to);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector first, TVector second, float* output)
    {
        TLanes.Store(first, output);
        TLanes.Store(second, output + TLanes.Count);
    }
}
