using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Winograd;

/// <summary>
/// A convolution's filters at the points of a tile: <c>G·g·Gᵀ</c> of each phase, computed in double precision and packed for
/// <see cref="MatrixProduct{TLanes, TVector}"/>.
/// </summary>
internal sealed unsafe class WinogradFilters
{
    private readonly AlignedMemory<float> _memory;
    private readonly int[] _starts;

    private WinogradFilters(AlignedMemory<float> memory, int[] starts)
    {
        _memory = memory;
        _starts = starts;
    }

    /// <summary>The packed weights of a point.</summary>
    /// <param name="point">Its index, row by row.</param>
    public float* At(int point) => _memory.Pointer + _starts[point];

    /// <summary>Transforms and packs filters. It runs once for each model, so its loops are optimised when first compiled.</summary>
    /// <param name="geometry">The layer and its tiles.</param>
    /// <param name="nodes">The tile's finite nodes.</param>
    /// <param name="parameters">The layer's weights.</param>
    /// <param name="order">The taps of a point in the order the kernel reads them: phase row, phase column and channel.</param>
    /// <param name="lanes">Floats in one vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static WinogradFilters Transform(
        WinogradGeometry geometry,
        ReadOnlySpan<double> nodes,
        LayerParameters parameters,
        Func<int, (int Row, int Column, int Channel)[]> order,
        int lanes)
    {
        int points = geometry.Points, stride = geometry.Stride;
        int filters = geometry.Layer.OutputShape.Channels, channels = geometry.Layer.InputShape.Channels;
        int width = (filters + lanes - 1) / lanes * lanes;
        int[] starts = new int[points * points];
        int[] taps = new int[points * points];

        // Index of each (phase, channel) tap within the point's filter, or −1 if that point does not use it.
        int[] indices = new int[stride * stride * channels * points * points];
        Array.Fill(indices, -1);
        int length = 0;
        for (int point = 0; point < starts.Length; point++)
        {
            (int Row, int Column, int Channel)[] read = order(point);
            starts[point] = length;
            taps[point] = read.Length;
            length += read.Length * width;
            for (int i = 0; i < read.Length; i++)
            {
                int tap = (((read[i].Row * stride) + read[i].Column) * channels) + read[i].Channel;
                indices[(tap * points * points) + point] = i;
            }
        }

        AlignedMemory<float> memory = new(length);
        double[,] matrix = FilterMatrix(nodes, geometry.Taps);
        double[] values = new double[points * points * filters], workspace = new double[WorkspaceLength(geometry, filters)];
        for (int i = 0; i < stride * stride * channels; i++)
        {
            TransformFilters(
                geometry, matrix, parameters.Weights, i / channels / stride, i / channels % stride, i % channels, 0, workspace, values);
            for (int point = 0; point < starts.Length; point++)
            {
                int index = indices[(i * points * points) + point];
                if (index < 0) continue;
                for (int first = 0; first < filters; first += 2 * lanes)
                {
                    int block = Math.Min(2 * lanes, width - first);
                    Span<float> to = memory.Span[(starts[point] + (first * taps[point]) + (index * block))..];
                    for (int filter = first; filter < Math.Min(first + block, filters); filter++)
                    {
                        to[filter - first] = (float)values[(point * filters) + filter];
                    }
                }
            }
        }

        return new WinogradFilters(memory, starts);
    }

    /// <summary>Values of a workspace for <see cref="TransformFilters"/>.</summary>
    /// <param name="geometry">The layer and its tiles.</param>
    /// <param name="filters">Filters at once.</param>
    public static int WorkspaceLength(WinogradGeometry geometry, int filters) =>
        ((geometry.Layer.Window.Width * geometry.Layer.Window.Width) + 1) * filters;

    /// <summary>Transforms one phase of one channel of some filters, in double precision.</summary>
    /// <param name="geometry">The layer and its tiles.</param>
    /// <param name="matrix">G, from <see cref="FilterMatrix"/>.</param>
    /// <param name="weights">The layer's weights.</param>
    /// <param name="phaseRow">The phase down.</param>
    /// <param name="phaseColumn">The phase across.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="firstFilter">The first of the filters.</param>
    /// <param name="workspace">Memory of at least <see cref="WorkspaceLength"/>.</param>
    /// <param name="values">Receives <c>[point, filter]</c>; its length decides how many filters there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransformFilters(
        WinogradGeometry geometry,
        double[,] matrix,
        ReadOnlySpan<float> weights,
        int phaseRow,
        int phaseColumn,
        int channel,
        int firstFilter,
        Span<double> workspace,
        Span<double> values)
    {
        int size = geometry.Layer.Window.Width, stride = geometry.Stride, points = geometry.Points;
        int channels = geometry.Layer.InputShape.Channels, count = values.Length / (points * points);
        values.Clear();
        Span<double> column = workspace[..count], taps = workspace.Slice(count, size * size * count);
        for (int tap = 0; tap < size * size; tap++)
        {
            int first = (((tap * channels) + channel) * geometry.Layer.OutputShape.Channels) + firstFilter;
            for (int i = 0; i < count; i++) taps[(tap * count) + i] = weights[first + i];
        }

        for (int pointRow = 0; pointRow < points; pointRow++)
        {
            for (int x = phaseColumn, tapColumn = 0; x < size; x += stride, tapColumn++)
            {
                column.Clear();
                for (int y = phaseRow, tapRow = 0; y < size; y += stride, tapRow++)
                {
                    AddScaled(matrix[pointRow, tapRow], taps.Slice(((y * size) + x) * count, count), column);
                }

                for (int pointColumn = 0; pointColumn < points; pointColumn++)
                {
                    int first = ((pointRow * points) + pointColumn) * count;
                    AddScaled(matrix[pointColumn, tapColumn], column, values.Slice(first, count));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaled(double scale, ReadOnlySpan<double> from, Span<double> to)
    {
        if (scale == 0) return;
        ReadOnlySpan<Vector<double>> vectors = MemoryMarshal.Cast<double, Vector<double>>(from);
        Span<Vector<double>> sums = MemoryMarshal.Cast<double, Vector<double>>(to);
        for (int i = 0; i < sums.Length; i++) sums[i] += scale * vectors[i];
        for (int i = sums.Length * Vector<double>.Count; i < to.Length; i++) to[i] += scale * from[i];
    }

    /// <summary>G: the filter's polynomial at each node, divided by the products of Lagrange's interpolation; at infinity, the last
    /// tap.</summary>
    /// <param name="nodes">The finite nodes.</param>
    /// <param name="taps">Taps of a filter.</param>
    public static double[,] FilterMatrix(ReadOnlySpan<double> nodes, int taps)
    {
        double[,] matrix = new double[nodes.Length + 1, taps];
        for (int node = 0; node < nodes.Length; node++)
        {
            double value = 1;
            for (int other = 0; other < nodes.Length; other++)
            {
                if (other != node) value /= nodes[node] - nodes[other];
            }

            for (int tap = 0; tap < taps; tap++, value *= nodes[node]) matrix[node, tap] = value;
        }

        matrix[nodes.Length, taps - 1] = 1;
        return matrix;
    }
}
