using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Winograd;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A convolution's 8-bit filters at the points of a tile, <c>G·g·Gᵀ</c>, as 16-bit integers with a scale for each point and filter, packed
/// for <see cref="WordProduct{TDots, TSums, TLanes, TFloats}"/>.
/// </summary>
/// <remarks>
/// Scales are as large as possible: no integer is beyond 16 bits, and no sum over the channels beyond 32, whatever the image. They are
/// computed in double precision, so the integers are the same on every processor.
/// </remarks>
internal sealed unsafe class WordFilters
{
    private readonly AlignedMemory<short> _weights;
    private readonly AlignedMemory<float> _factors;
    private readonly int _pairs;
    private readonly int _width;

    /// <summary>Transforms and packs filters.</summary>
    /// <param name="geometry">The layer and its tiles.</param>
    /// <param name="nodes">The tile's finite nodes.</param>
    /// <param name="inputMatrix">The tile's input transform.</param>
    /// <param name="weights">The layer's integer weights.</param>
    /// <param name="factors">What each filter's sums are multiplied by.</param>
    /// <param name="lanes">Sums in one vector.</param>
    public WordFilters(
        WinogradGeometry geometry,
        ReadOnlySpan<double> nodes,
        ReadOnlySpan<sbyte> inputMatrix,
        sbyte[] weights,
        ReadOnlySpan<double> factors,
        int lanes)
    {
        int points = geometry.Points * geometry.Points, channels = geometry.Layer.InputShape.Channels, filters = factors.Length;
        _pairs = (channels + 1) / 2;
        _width = (filters + lanes - 1) / lanes * lanes;
        _weights = new AlignedMemory<short>(points * _pairs * 2 * _width);
        _factors = new AlignedMemory<float>(points * _width);
        double[,] matrix = WinogradFilters.FilterMatrix(nodes, geometry.Taps);
        double[] largest = new double[points];
        for (int point = 0; point < points; point++) largest[point] = LargestValue(inputMatrix, geometry.Points, point);

        // A megabyte or more for a moment, so it is not allocated for each layer.
        int blockFilters = Math.Min(2 * lanes, filters), workspace = WinogradFilters.WorkspaceLength(geometry, blockFilters);
        int doubles = ((channels + 2) * points * blockFilters) + workspace;
        int[] rented = ArrayPool<int>.Shared.Rent((2 * doubles) + weights.Length);
        Span<double> memory = MemoryMarshal.Cast<int, double>(rented.AsSpan(0, 2 * doubles));
        Span<float> floats = MemoryMarshal.Cast<int, float>(rented.AsSpan(2 * doubles, weights.Length));
        for (int i = 0; i < floats.Length; i++) floats[i] = weights[i];
        for (int block = 0; block < filters; block += 2 * lanes)
        {
            int count = Math.Min(2 * lanes, filters - block), blockWidth = Math.Min(2 * lanes, _width - block), length = points * count;
            Span<double> max = memory.Slice(workspace, length), sums = memory.Slice(workspace + length, length);
            Span<double> values = memory.Slice(workspace + (2 * length), channels * length);
            max.Clear();
            sums.Clear();
            for (int channel = 0; channel < channels; channel++)
            {
                Span<double> own = values.Slice(channel * length, length);
                WinogradFilters.TransformFilters(geometry, matrix, floats, 0, 0, channel, block, memory[..workspace], own);
                Measure(own, max, sums);
            }

            for (int i = 0; i < max.Length; i++)
            {
                // Each of the rounded weights may be half a unit larger.
                double limit = (int.MaxValue / largest[i / count]) - channels;
                double scale = max[i] == 0 ? 1 : Math.Min(short.MaxValue / max[i], limit / sums[i]);
                max[i] = scale;
                _factors.Span[(i / count * _width) + block + (i % count)] = (float)(factors[block + (i % count)] / scale);
            }

            for (int channel = 0; channel < channels; channel++)
            {
                for (int point = 0; point < points; point++)
                {
                    int column = point % geometry.Points;
                    int at = ((point - column) * _pairs * _width) + (_pairs * ((geometry.Points * block) + (column * blockWidth)))
                        + (channel / 2 * blockWidth);
                    Round(
                        values.Slice((channel * length) + (point * count), count),
                        max.Slice(point * count, count),
                        _weights.Span[((2 * at) + (channel % 2))..]);
                }
            }
        }

        ArrayPool<int>.Shared.Return(rented);
    }

    /// <summary>The packed weights of a row of points.</summary>
    /// <param name="point">The index of its first point.</param>
    public short* Weights(int point) => _weights.Pointer + (point * _pairs * 2 * _width);

    /// <summary>What the sums of a point are multiplied by, <c>[filters]</c>, rounded up to whole vectors.</summary>
    /// <param name="point">Its index, row by row.</param>
    public float* Factors(int point) => _factors.Pointer + (point * _width);

    // It and Round run over every weight once for each model: they are optimised when first compiled.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Measure(ReadOnlySpan<double> values, Span<double> max, Span<double> sums)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double magnitude = Math.Abs(values[i]);
            max[i] = Math.Max(max[i], magnitude);
            sums[i] += magnitude;
        }
    }

    // To every second place: channels come in pairs.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Round(ReadOnlySpan<double> values, ReadOnlySpan<double> scales, Span<short> to)
    {
        for (int i = 0; i < values.Length; i++) to[2 * i] = (short)Math.Round(values[i] * scales[i]);
    }

    // The largest magnitude of a transformed value. The bytes less their zero point lie in a range that is 255 wide and holds 0, so only
    // the coefficients of one sign can be at its far end.
    private static double LargestValue(ReadOnlySpan<sbyte> matrix, int points, int point)
    {
        int positive = 0, negative = 0;
        foreach (sbyte down in matrix.Slice(point / points * points, points))
        {
            foreach (sbyte across in matrix.Slice(point % points * points, points))
            {
                positive += Math.Max(down * across, 0);
                negative += Math.Max(-down * across, 0);
            }
        }

        return (double)byte.MaxValue * Math.Max(positive, negative);
    }
}
