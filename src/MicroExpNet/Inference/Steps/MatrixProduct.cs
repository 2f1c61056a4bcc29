using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// Matrix products <c>[rows, filters] = [rows, taps] · [taps, filters]</c> of a few rows. Tiles of up to six rows by one or two vectors of
/// filters stay in registers while the taps go by: each weight is loaded once for all rows of the tile, each input value is broadcast to
/// its filters. Rows are divided evenly among tiles, so that none is computed twice.
/// </summary>
internal static unsafe class MatrixProduct<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    private const int MaxRows = 6;

    /// <summary>Computes all filters of all rows.</summary>
    /// <param name="input">The first row.</param>
    /// <param name="inputStride">Floats from one row to the next.</param>
    /// <param name="runs">Offsets of the runs in a row.</param>
    /// <param name="runCount">How many runs there are.</param>
    /// <param name="runLength">Values in each.</param>
    /// <param name="weights">
    /// Blocks of two vectors of filters, the last of one where their number is odd; in each, tap by tap, a weight for each filter.
    /// </param>
    /// <param name="vectors">Vectors of filters.</param>
    /// <param name="output">The first row of results.</param>
    /// <param name="outputStride">Floats from one row of results to the next.</param>
    /// <param name="rows">Number of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        float* input,
        nint inputStride,
        int* runs,
        int runCount,
        nint runLength,
        float* weights,
        int vectors,
        float* output,
        nint outputStride,
        int rows)
    {
        nint taps = runCount * runLength;
        for (int vector = 0; vector < vectors; vector += 2)
        {
            MultiplyBlock(input, inputStride, runs, runs + runCount, runLength, weights, vector + 1 < vectors, output, outputStride, rows);
            weights += 2 * taps * TLanes.Count;
            output += 2 * TLanes.Count;
        }
    }

    /// <summary>Computes one block of one or two vectors of filters of all rows; see <see cref="Multiply"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyBlock(
        float* input,
        nint inputStride,
        int* runs,
        int* runsEnd,
        nint runLength,
        float* weights,
        bool two,
        float* output,
        nint outputStride,
        int rows)
    {
        if (two) MultiplyRows<Two>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride, rows);
        else MultiplyRows<One>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyRows<TVectors>(
        float* input, nint inputStride, int* runs, int* runsEnd, nint runLength, float* weights, float* output, nint outputStride, int rows)
        where TVectors : struct, ICount
    {
        for (int tiles = (rows + MaxRows - 1) / MaxRows; tiles > 0; tiles--)
        {
            int count = (rows + tiles - 1) / tiles;
            switch (count)
            {
                case 1: MultiplyTile<One, TVectors>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride); break;
                case 2: MultiplyTile<Two, TVectors>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride); break;
                case 3: MultiplyTile<Three, TVectors>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride); break;
                case 4: MultiplyTile<Four, TVectors>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride); break;
                case 5: MultiplyTile<Five, TVectors>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride); break;
                default: MultiplyTile<Six, TVectors>(input, inputStride, runs, runsEnd, runLength, weights, output, outputStride); break;
            }

            input += count * inputStride;
            output += count * outputStride;
            rows -= count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyTile<TRows, TVectors>(
        float* input, nint inputStride, int* runs, int* runsEnd, nint runLength, float* weights, float* output, nint outputStride)
        where TRows : struct, ICount
        where TVectors : struct, ICount
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
                TileRow<TLanes, TVector, float, TVectors>.Load(weights, out TVector w0, out TVector w1);
                weights += TVectors.Value * TLanes.Count;
                TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(a + tap, w0, w1, ref a0, ref a1);
                if (TRows.Value > 1) TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(b + tap, w0, w1, ref b0, ref b1);
                if (TRows.Value > 2) TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(c + tap, w0, w1, ref c0, ref c1);
                if (TRows.Value > 3) TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(d + tap, w0, w1, ref d0, ref d1);
                if (TRows.Value > 4) TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(e + tap, w0, w1, ref e0, ref e1);
                if (TRows.Value > 5) TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(f + tap, w0, w1, ref f0, ref f1);
            }
        }

        TileRow<TLanes, TVector, float, TVectors>.Store(a0, a1, output);
        if (TRows.Value > 1) TileRow<TLanes, TVector, float, TVectors>.Store(b0, b1, output + outputStride);
        if (TRows.Value > 2) TileRow<TLanes, TVector, float, TVectors>.Store(c0, c1, output + (2 * outputStride));
        if (TRows.Value > 3) TileRow<TLanes, TVector, float, TVectors>.Store(d0, d1, output + (3 * outputStride));
        if (TRows.Value > 4) TileRow<TLanes, TVector, float, TVectors>.Store(e0, e1, output + (4 * outputStride));
        if (TRows.Value > 5) TileRow<TLanes, TVector, float, TVectors>.Store(f0, f1, output + (5 * outputStride));
    }

    /// <summary>
    /// Computes several products of four taps each. A product's weights stay in registers while the rows go by. Results are packed:
    /// <c>[product, row, filter]</c>.
    /// </summary>
    /// <param name="input">The first product's first row.</param>
    /// <param name="productStride">Floats from one product's input to the next one's.</param>
    /// <param name="inputStride">Floats from one row to the next.</param>
    /// <param name="taps">Offsets of the four values from the row's start.</param>
    /// <param name="weights">The products' weights one after another, each as <see cref="Multiply"/> reads them.</param>
    /// <param name="vectors">Vectors of filters.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="products">Number of products.</param>
    /// <param name="rows">Number of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyFourTaps(
        float* input, nint productStride, nint inputStride, int* taps, float* weights, int vectors, float* output, int products, int rows)
    {
        nint outputStride = vectors * TLanes.Count;
        for (int product = 0; product < products; product++, input += productStride, output += rows * outputStride)
        {
            int vector = 0;
            for (; vector + 1 < vectors; vector += 2)
            {
                FourTaps<Two>(input, inputStride, taps, weights, output + (vector * TLanes.Count), outputStride, rows);
                weights += 8 * TLanes.Count;
            }

            if (vector < vectors)
            {
                FourTaps<One>(input, inputStride, taps, weights, output + (vector * TLanes.Count), outputStride, rows);
                weights += 4 * TLanes.Count;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourTaps<TVectors>(
        float* input, nint inputStride, int* taps, float* weights, float* output, nint outputStride, int rows)
        where TVectors : struct, ICount
    {
        int width = TVectors.Value * TLanes.Count;
        TileRow<TLanes, TVector, float, TVectors>.Load(weights, out TVector a0, out TVector a1);
        TileRow<TLanes, TVector, float, TVectors>.Load(weights + width, out TVector b0, out TVector b1);
        TileRow<TLanes, TVector, float, TVectors>.Load(weights + (2 * width), out TVector c0, out TVector c1);
        TileRow<TLanes, TVector, float, TVectors>.Load(weights + (3 * width), out TVector d0, out TVector d1);
        nint tapB = taps[1] - taps[0], tapC = taps[2] - taps[0], tapD = taps[3] - taps[0];
        input += taps[0];
        for (int row = 0; row < rows; row++, input += inputStride, output += outputStride)
        {
            TVector x = TLanes.Broadcast(*input), sum0 = TLanes.Multiply(x, a0), sum1 = TLanes.Multiply(x, a1);
            TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(input + tapB, b0, b1, ref sum0, ref sum1);
            TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(input + tapC, c0, c1, ref sum0, ref sum1);
            TileRow<TLanes, TVector, float, TVectors>.MultiplyAdd(input + tapD, d0, d1, ref sum0, ref sum1);
            TileRow<TLanes, TVector, float, TVectors>.Store(sum0, sum1, output);
        }
    }
}
