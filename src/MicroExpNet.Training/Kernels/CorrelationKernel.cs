using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MicroExpNet.Training.Kernels;

/// <summary>Runs a <see cref="Correlation"/> forward, and computes the gradient of its weights.</summary>
/// <remarks>
/// Forward, six places by one or two vectors of output channels stay in registers while the taps go by. For the weights' gradient, six
/// taps by one or two vectors stay in registers while the places go by. Channels that fill no wide vector go to the narrower ones.
/// </remarks>
internal static unsafe class CorrelationKernel
{
    private const int Tile = Correlation.TilePlaces;

    /// <summary>What a tile starts from.</summary>
    internal enum Start
    {
        /// <summary>The biases.</summary>
        Biases,

        /// <summary>Zero.</summary>
        Zero,

        /// <summary>What is already there.</summary>
        Output,
    }

    /// <summary><c>output[place, channel] = start + Σ input[place, tap] · weights[tap, channel]</c>.</summary>
    /// <param name="correlation">What it reads and writes.</param>
    /// <param name="images">Images to do.</param>
    /// <param name="input">Values.</param>
    /// <param name="weights"><c>[taps, rowLength]</c>, of which the first <paramref name="channels"/> of each row are used.</param>
    /// <param name="rowLength">Weights from one tap to the next.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="biases"><c>[channels]</c> for <see cref="Start.Biases"/>.</param>
    /// <param name="output">Values.</param>
    public static void Forward<T>(
        Correlation correlation, int images, T* input, T* weights, int rowLength, int channels, Start start, T* biases, T* output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int done = 0;
        if (typeof(T) == typeof(float))
        {
            float* x = (float*)input, w = (float*)weights, b = (float*)biases, y = (float*)output;
            if (Vector512.IsHardwareAccelerated) done = ForwardBlocks<Float512Lanes, Vector512<float>, float>(correlation, images, x, w, rowLength, channels, done, start, b, y);
            if (Vector256.IsHardwareAccelerated) done = ForwardBlocks<Float256Lanes, Vector256<float>, float>(correlation, images, x, w, rowLength, channels, done, start, b, y);
            if (Vector128.IsHardwareAccelerated) done = ForwardBlocks<Float128Lanes, Vector128<float>, float>(correlation, images, x, w, rowLength, channels, done, start, b, y);
        }

        ForwardBlocks<ScalarLanes<T>, T, T>(correlation, images, input, weights, rowLength, channels, done, start, biases, output);
    }

    /// <summary><c>gradient[tap, channel] += Σ input[place, tap] · outputGradient[place, channel]</c>.</summary>
    public static void WeightGradient<T>(Correlation correlation, int images, T* input, T* outputGradient, int channels, T* gradient, int rowLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int done = 0;
        if (typeof(T) == typeof(float))
        {
            float* x = (float*)input, dy = (float*)outputGradient, dw = (float*)gradient;
            if (Vector512.IsHardwareAccelerated) done = GradientBlocks<Float512Lanes, Vector512<float>, float>(correlation, images, x, dy, channels, done, dw, rowLength);
            if (Vector256.IsHardwareAccelerated) done = GradientBlocks<Float256Lanes, Vector256<float>, float>(correlation, images, x, dy, channels, done, dw, rowLength);
            if (Vector128.IsHardwareAccelerated) done = GradientBlocks<Float128Lanes, Vector128<float>, float>(correlation, images, x, dy, channels, done, dw, rowLength);
        }

        GradientBlocks<ScalarLanes<T>, T, T>(correlation, images, input, outputGradient, channels, done, gradient, rowLength);
    }

    private static int ForwardBlocks<TLanes, TVector, T>(
        Correlation correlation, int images, T* input, T* weights, int rowLength, int channels, int first, Start start, T* biases, T* output)
        where TLanes : struct, IElementLanes<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int channel = first;
        int tiles = ((images * correlation.PlacesPerImage) + Tile - 1) / Tile;

        // What a tile starts from: an address and whether it moves with the place.
        T* zeros = stackalloc T[2 * TLanes.Count];
        new Span<T>(zeros, 2 * TLanes.Count).Clear();
        fixed (int* runs = correlation.Runs, from = correlation.From, to = correlation.To)
        {
            for (; channel + (2 * TLanes.Count) <= channels; channel += 2 * TLanes.Count)
            {
                T* starts = start switch { Start.Biases => biases + channel, Start.Zero => zeros, _ => output + channel };
                TwoVectors<TLanes, TVector, T>(runs, correlation.Runs.Length, correlation.RunLength, tiles, from, to, input, weights + channel, rowLength, starts, start == Start.Output, output + channel);
            }

            for (; channel + TLanes.Count <= channels; channel += TLanes.Count)
            {
                T* starts = start switch { Start.Biases => biases + channel, Start.Zero => zeros, _ => output + channel };
                OneVector<TLanes, TVector, T>(runs, correlation.Runs.Length, correlation.RunLength, tiles, from, to, input, weights + channel, rowLength, starts, start == Start.Output, output + channel);
            }
        }

        return channel;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoVectors<TLanes, TVector, T>(
        int* runs, int runCount, nint runLength, int tiles, int* from, int* to, T* input, T* weights, nint rowLength, T* starts, bool startsMove, T* output)
        where TLanes : struct, IElementLanes<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int* runsEnd = runs + runCount;
        for (int tile = 0; tile < tiles; tile++, from += Tile, to += Tile)
        {
            T* s = starts;
            if (startsMove) s = starts + to[0];
            TVector a0 = TLanes.Load(s), a1 = TLanes.Load(s + TLanes.Count);
            if (startsMove) s = starts + to[1];
            TVector b0 = TLanes.Load(s), b1 = TLanes.Load(s + TLanes.Count);
            if (startsMove) s = starts + to[2];
            TVector c0 = TLanes.Load(s), c1 = TLanes.Load(s + TLanes.Count);
            if (startsMove) s = starts + to[3];
            TVector d0 = TLanes.Load(s), d1 = TLanes.Load(s + TLanes.Count);
            if (startsMove) s = starts + to[4];
            TVector e0 = TLanes.Load(s), e1 = TLanes.Load(s + TLanes.Count);
            if (startsMove) s = starts + to[5];
            TVector f0 = TLanes.Load(s), f1 = TLanes.Load(s + TLanes.Count);
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
                    TVector w0 = TLanes.Load(row);
                    TVector w1 = TLanes.Load(row + TLanes.Count);
                    row += rowLength;
                    TVector x = TLanes.Broadcast(a[tap]);
                    a0 = TLanes.MultiplyAdd(x, w0, a0);
                    a1 = TLanes.MultiplyAdd(x, w1, a1);
                    x = TLanes.Broadcast(b[tap]);
                    b0 = TLanes.MultiplyAdd(x, w0, b0);
                    b1 = TLanes.MultiplyAdd(x, w1, b1);
                    x = TLanes.Broadcast(c[tap]);
                    c0 = TLanes.MultiplyAdd(x, w0, c0);
                    c1 = TLanes.MultiplyAdd(x, w1, c1);
                    x = TLanes.Broadcast(d[tap]);
                    d0 = TLanes.MultiplyAdd(x, w0, d0);
                    d1 = TLanes.MultiplyAdd(x, w1, d1);
                    x = TLanes.Broadcast(e[tap]);
                    e0 = TLanes.MultiplyAdd(x, w0, e0);
                    e1 = TLanes.MultiplyAdd(x, w1, e1);
                    x = TLanes.Broadcast(f[tap]);
                    f0 = TLanes.MultiplyAdd(x, w0, f0);
                    f1 = TLanes.MultiplyAdd(x, w1, f1);
                }
            }

            TLanes.Store(a0, output + to[0]);
            TLanes.Store(a1, output + to[0] + TLanes.Count);
            TLanes.Store(b0, output + to[1]);
            TLanes.Store(b1, output + to[1] + TLanes.Count);
            TLanes.Store(c0, output + to[2]);
            TLanes.Store(c1, output + to[2] + TLanes.Count);
            TLanes.Store(d0, output + to[3]);
            TLanes.Store(d1, output + to[3] + TLanes.Count);
            TLanes.Store(e0, output + to[4]);
            TLanes.Store(e1, output + to[4] + TLanes.Count);
            TLanes.Store(f0, output + to[5]);
            TLanes.Store(f1, output + to[5] + TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneVector<TLanes, TVector, T>(
        int* runs, int runCount, nint runLength, int tiles, int* from, int* to, T* input, T* weights, nint rowLength, T* starts, bool startsMove, T* output)
        where TLanes : struct, IElementLanes<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int* runsEnd = runs + runCount;
        for (int tile = 0; tile < tiles; tile++, from += Tile, to += Tile)
        {
            TVector a0 = TLanes.Load(startsMove ? starts + to[0] : starts);
            TVector b0 = TLanes.Load(startsMove ? starts + to[1] : starts);
            TVector c0 = TLanes.Load(startsMove ? starts + to[2] : starts);
            TVector d0 = TLanes.Load(startsMove ? starts + to[3] : starts);
            TVector e0 = TLanes.Load(startsMove ? starts + to[4] : starts);
            TVector f0 = TLanes.Load(startsMove ? starts + to[5] : starts);
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
                    TVector w = TLanes.Load(row);
                    row += rowLength;
                    a0 = TLanes.MultiplyAdd(TLanes.Broadcast(a[tap]), w, a0);
                    b0 = TLanes.MultiplyAdd(TLanes.Broadcast(b[tap]), w, b0);
                    c0 = TLanes.MultiplyAdd(TLanes.Broadcast(c[tap]), w, c0);
                    d0 = TLanes.MultiplyAdd(TLanes.Broadcast(d[tap]), w, d0);
                    e0 = TLanes.MultiplyAdd(TLanes.Broadcast(e[tap]), w, e0);
                    f0 = TLanes.MultiplyAdd(TLanes.Broadcast(f[tap]), w, f0);
                }
            }

            TLanes.Store(a0, output + to[0]);
            TLanes.Store(b0, output + to[1]);
            TLanes.Store(c0, output + to[2]);
            TLanes.Store(d0, output + to[3]);
            TLanes.Store(e0, output + to[4]);
            TLanes.Store(f0, output + to[5]);
        }
    }

    private static int GradientBlocks<TLanes, TVector, T>(
        Correlation correlation, int images, T* input, T* outputGradient, int channels, int first, T* gradient, int rowLength)
        where TLanes : struct, IElementLanes<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (first + TLanes.Count > channels) return first;

        // So many places at a time that what they read stays in the nearest caches while all tiles of taps go over it.
        const int chunk = 256;
        int places = images * correlation.PlacesPerImage;
        int end = first;
        fixed (int* runs = correlation.Runs, from = correlation.From, to = correlation.To)
        {
            int* offsets = stackalloc int[Tile];
            for (int place = 0; place < places; place += chunk)
            {
                int count = Math.Min(chunk, places - place);
                for (int tap = 0; tap < correlation.Taps; tap += Tile)
                {
                    // Taps past the last repeat it: they load, sum and store the same values.
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
                        GradientTwoVectors<TLanes, TVector, T>(input, offsets, outputGradient + channel, from + place, to + place, count, rows + channel, rowLength, last);
                    }

                    for (; channel + TLanes.Count <= channels; channel += TLanes.Count)
                    {
                        GradientOneVector<TLanes, TVector, T>(input, offsets, outputGradient + channel, from + place, to + place, count, rows + channel, rowLength, last);
                    }

                    end = channel;
                }
            }
        }

        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GradientTwoVectors<TLanes, TVector, T>(T* input, int* offsets, T* outputGradient, int* from, int* to, int count, T* gradient, nint rowLength, int last)
        where TLanes : struct, IElementLanes<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* a = input + offsets[0];
        T* b = input + offsets[1];
        T* c = input + offsets[2];
        T* d = input + offsets[3];
        T* e = input + offsets[4];
        T* f = input + offsets[5];
        TVector a0 = TLanes.Broadcast(T.Zero), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0, e0 = a0, e1 = a0, f0 = a0, f1 = a0;
        for (int i = 0; i < count; i++)
        {
            nint x = from[i];
            T* dy = outputGradient + to[i];
            TVector y0 = TLanes.Load(dy);
            TVector y1 = TLanes.Load(dy + TLanes.Count);
            TVector v = TLanes.Broadcast(a[x]);
            a0 = TLanes.MultiplyAdd(v, y0, a0);
            a1 = TLanes.MultiplyAdd(v, y1, a1);
            v = TLanes.Broadcast(b[x]);
            b0 = TLanes.MultiplyAdd(v, y0, b0);
            b1 = TLanes.MultiplyAdd(v, y1, b1);
            v = TLanes.Broadcast(c[x]);
            c0 = TLanes.MultiplyAdd(v, y0, c0);
            c1 = TLanes.MultiplyAdd(v, y1, c1);
            v = TLanes.Broadcast(d[x]);
            d0 = TLanes.MultiplyAdd(v, y0, d0);
            d1 = TLanes.MultiplyAdd(v, y1, d1);
            v = TLanes.Broadcast(e[x]);
            e0 = TLanes.MultiplyAdd(v, y0, e0);
            e1 = TLanes.MultiplyAdd(v, y1, e1);
            v = TLanes.Broadcast(f[x]);
            f0 = TLanes.MultiplyAdd(v, y0, f0);
            f1 = TLanes.MultiplyAdd(v, y1, f1);
        }

        Accumulate<TLanes, TVector, T>(a0, a1, gradient);
        if (last > 0) Accumulate<TLanes, TVector, T>(b0, b1, gradient + rowLength);
        if (last > 1) Accumulate<TLanes, TVector, T>(c0, c1, gradient + (2 * rowLength));
        if (last > 2) Accumulate<TLanes, TVector, T>(d0, d1, gradient + (3 * rowLength));
        if (last > 3) Accumulate<TLanes, TVector, T>(e0, e1, gradient + (4 * rowLength));
        if (last > 4) Accumulate<TLanes, TVector, T>(f0, f1, gradient + (5 * rowLength));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GradientOneVector<TLanes, TVector, T>(T* input, int* offsets, T* outputGradient, int* from, int* to, int count, T* gradient, nint rowLength, int last)
        where TLanes : struct, IElementLanes<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* a = input + offsets[0];
        T* b = input + offsets[1];
        T* c = input + offsets[2];
        T* d = input + offsets[3];
        T* e = input + offsets[4];
        T* f = input + offsets[5];
        TVector a0 = TLanes.Broadcast(T.Zero), b0 = a0, c0 = a0, d0 = a0, e0 = a0, f0 = a0;
        for (int i = 0; i < count; i++)
        {
            nint x = from[i];
            TVector y = TLanes.Load(outputGradient + to[i]);
            a0 = TLanes.MultiplyAdd(TLanes.Broadcast(a[x]), y, a0);
            b0 = TLanes.MultiplyAdd(TLanes.Broadcast(b[x]), y, b0);
            c0 = TLanes.MultiplyAdd(TLanes.Broadcast(c[x]), y, c0);
            d0 = TLanes.MultiplyAdd(TLanes.Broadcast(d[x]), y, d0);
            e0 = TLanes.MultiplyAdd(TLanes.Broadcast(e[x]), y, e0);
            f0 = TLanes.MultiplyAdd(TLanes.Broadcast(f[x]), y, f0);
        }

        Accumulate<TLanes, TVector, T>(a0, gradient);
        if (last > 0) Accumulate<TLanes, TVector, T>(b0, gradient + rowLength);
        if (last > 1) Accumulate<TLanes, TVector, T>(c0, gradient + (2 * rowLength));
        if (last > 2) Accumulate<TLanes, TVector, T>(d0, gradient + (3 * rowLength));
        if (last > 3) Accumulate<TLanes, TVector, T>(e0, gradient + (4 * rowLength));
        if (last > 4) Accumulate<TLanes, TVector, T>(f0, gradient + (5 * rowLength));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TLanes, TVector, T>(TVector first, TVector second, T* gradient)
        where TLanes : struct, IElementLanes<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Accumulate<TLanes, TVector, T>(first, gradient);
        Accumulate<TLanes, TVector, T>(second, gradient + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TLanes, TVector, T>(TVector value, T* gradient)
        where TLanes : struct, IElementLanes<TVector, T>
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TLanes.Store(TLanes.Add(TLanes.Load(gradient), value), gradient);
}
