using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Training.Kernels;

/// <summary>The correlation kernels of one instruction set.</summary>
/// <remarks>
/// Forward, six places by one or two vectors of output channels stay in registers while the taps go by. For the weights' gradient, six
/// taps by one or two vectors stay in registers while the places go by.
/// </remarks>
internal sealed unsafe class LanesCorrelationKernel<TLanes, TVector, T> : CorrelationKernel<T>
    where TLanes : struct, ILanes<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Tile = Correlation.TilePlaces;

    // So many places at a time that what they read stays in the nearest caches while all tiles of taps go over it.
    private const int GradientPlaces = 256;

    protected override int ForwardFrom(
        int first, Correlation correlation, int images, T* input, T* weights, int rowLength, int channels, SumStart start, T* biases,
        T* output)
    {
        int channel = first;
        for (; channel + (2 * TLanes.Count) <= channels; channel += 2 * TLanes.Count)
        {
            ForwardBlock<Two>(correlation, images, input, weights + channel, rowLength, start, biases + channel, output + channel);
        }

        for (; channel + TLanes.Count <= channels; channel += TLanes.Count)
        {
            ForwardBlock<One>(correlation, images, input, weights + channel, rowLength, start, biases + channel, output + channel);
        }

        return channel;
    }

    protected override int WeightGradientFrom(
        int first, Correlation correlation, int images, T* input, T* outputGradient, int channels, T* gradient, int rowLength)
    {
        if (first + TLanes.Count > channels) return first;
        int places = images * correlation.PlacesPerImage;
        int end = first;
        fixed (int* runs = correlation.Runs, from = correlation.From, to = correlation.To)
        {
            int* offsets = stackalloc int[Tile];
            for (int place = 0; place < places; place += GradientPlaces)
            {
                int count = Math.Min(GradientPlaces, places - place);
                for (int tap = 0; tap < correlation.Taps; tap += Tile)
                {
                    // Taps after the last repeat it: they load, sum and store the same values.
                    int last = Math.Min(Tile, correlation.Taps - tap) - 1;
                    for (int i = 0; i < Tile; i++)
                    {
                        int t = tap + Math.Min(i, last);
                        offsets[i] = runs[t / correlation.RunLength] + (t % correlation.RunLength);
                    }

                    T* rows = gradient + ((nint)tap * rowLength);
                    int channel = first;
                    for (; channel + (2 * TLanes.Count) <= channels; channel += 2 * TLanes.Count)
                    {
                        GradientTile<Two>(
                            input, offsets, outputGradient + channel, from + place, to + place, count, rows + channel, rowLength, last);
                    }

                    for (; channel + TLanes.Count <= channels; channel += TLanes.Count)
                    {
                        GradientTile<One>(
                            input, offsets, outputGradient + channel, from + place, to + place, count, rows + channel, rowLength, last);
                    }

                    end = channel;
                }
            }
        }

        return end;
    }

    private static void ForwardBlock<TVectors>(
        Correlation correlation, int images, T* input, T* weights, int rowLength, SumStart start, T* biases, T* output)
        where TVectors : struct, ICount
    {
        // What a tile starts from: an address, and whether it moves with the place.
        T* zeros = stackalloc T[2 * TLanes.Count];
        new Span<T>(zeros, 2 * TLanes.Count).Clear();
        T* starts = start switch { SumStart.Biases => biases, SumStart.Zero => zeros, _ => output };
        int tiles = ((images * correlation.PlacesPerImage) + Tile - 1) / Tile;
        fixed (int* runs = correlation.Runs, from = correlation.From, to = correlation.To)
        {
            ForwardTiles<TVectors>(
                runs, correlation.Runs.Length, correlation.RunLength, tiles, from, to, input, weights, rowLength, starts,
                start == SumStart.Output, output);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardTiles<TVectors>(
        int* runs, int runCount, nint runLength, int tiles, int* from, int* to, T* input, T* weights, nint rowLength, T* starts,
        bool startsMove, T* output)
        where TVectors : struct, ICount
    {
        int* runsEnd = runs + runCount;
        for (int tile = 0; tile < tiles; tile++, from += Tile, to += Tile)
        {
            TileRow<TLanes, TVector, T, TVectors>.Load(startsMove ? starts + to[0] : starts, out TVector a0, out TVector a1);
            TileRow<TLanes, TVector, T, TVectors>.Load(startsMove ? starts + to[1] : starts, out TVector b0, out TVector b1);
            TileRow<TLanes, TVector, T, TVectors>.Load(startsMove ? starts + to[2] : starts, out TVector c0, out TVector c1);
            TileRow<TLanes, TVector, T, TVectors>.Load(startsMove ? starts + to[3] : starts, out TVector d0, out TVector d1);
            TileRow<TLanes, TVector, T, TVectors>.Load(startsMove ? starts + to[4] : starts, out TVector e0, out TVector e1);
            TileRow<TLanes, TVector, T, TVectors>.Load(startsMove ? starts + to[5] : starts, out TVector f0, out TVector f1);
            T* row = weights;
            for (int* run = runs; run < runsEnd; run++)
            {
                T* begin = input + *run;
                T* a = begin + from[0];
                T* b = begin + from[1];
                T* c = begin + from[2];
                T* d = begin + from[3];
                T* e = begin + from[4];
                T* f = begin + from[5];
                for (nint tap = 0; tap < runLength; tap++)
                {
                    TileRow<TLanes, TVector, T, TVectors>.Load(row, out TVector w0, out TVector w1);
                    row += rowLength;
                    TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(a + tap, w0, w1, ref a0, ref a1);
                    TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(b + tap, w0, w1, ref b0, ref b1);
                    TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(c + tap, w0, w1, ref c0, ref c1);
                    TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(d + tap, w0, w1, ref d0, ref d1);
                    TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(e + tap, w0, w1, ref e0, ref e1);
                    TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(f + tap, w0, w1, ref f0, ref f1);
                }
            }

            TileRow<TLanes, TVector, T, TVectors>.Store(a0, a1, output + to[0]);
            TileRow<TLanes, TVector, T, TVectors>.Store(b0, b1, output + to[1]);
            TileRow<TLanes, TVector, T, TVectors>.Store(c0, c1, output + to[2]);
            TileRow<TLanes, TVector, T, TVectors>.Store(d0, d1, output + to[3]);
            TileRow<TLanes, TVector, T, TVectors>.Store(e0, e1, output + to[4]);
            TileRow<TLanes, TVector, T, TVectors>.Store(f0, f1, output + to[5]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GradientTile<TVectors>(
        T* input, int* offsets, T* outputGradient, int* from, int* to, int count, T* gradient, nint rowLength, int last)
        where TVectors : struct, ICount
    {
        T* a = input + offsets[0];
        T* b = input + offsets[1];
        T* c = input + offsets[2];
        T* d = input + offsets[3];
        T* e = input + offsets[4];
        T* f = input + offsets[5];
        TVector a0 = TLanes.Broadcast(T.Zero), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0,
            f1 = a0;
        for (int i = 0; i < count; i++)
        {
            nint x = from[i];
            TileRow<TLanes, TVector, T, TVectors>.Load(outputGradient + to[i], out TVector y0, out TVector y1);
            TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(a + x, y0, y1, ref a0, ref a1);
            TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(b + x, y0, y1, ref b0, ref b1);
            TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(c + x, y0, y1, ref c0, ref c1);
            TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(d + x, y0, y1, ref d0, ref d1);
            TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(e + x, y0, y1, ref e0, ref e1);
            TileRow<TLanes, TVector, T, TVectors>.MultiplyAdd(f + x, y0, y1, ref f0, ref f1);
        }

        AddRow<TVectors>(a0, a1, gradient);
        if (last > 0) AddRow<TVectors>(b0, b1, gradient + rowLength);
        if (last > 1) AddRow<TVectors>(c0, c1, gradient + (2 * rowLength));
        if (last > 2) AddRow<TVectors>(d0, d1, gradient + (3 * rowLength));
        if (last > 3) AddRow<TVectors>(e0, e1, gradient + (4 * rowLength));
        if (last > 4) AddRow<TVectors>(f0, f1, gradient + (5 * rowLength));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow<TVectors>(TVector first, TVector second, T* gradient)
        where TVectors : struct, ICount
    {
        TileRow<TLanes, TVector, T, TVectors>.Load(gradient, out TVector sum0, out TVector sum1);
        TileRow<TLanes, TVector, T, TVectors>.Store(TLanes.Add(sum0, first), TLanes.Add(sum1, second), gradient);
    }
}
