using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>A convolution's filters at the points of a tile, <c>G·g·Gᵀ</c> of each phase, computed in double precision and packed for <see cref="MatrixProduct{TLanes, TVector}"/>.</summary>
internal sealed unsafe class WinogradFilters
{
    private readonly AlignedFloats _memory;
    private readonly int[] _starts;

    private WinogradFilters(AlignedFloats memory, int[] starts)
    {
        _memory = memory;
        _starts = starts;
    }

    /// <summary>The packed weights of a point.</summary>
    /// <param name="point">Its index, row by row.</param>
    public float* At(int point) => _memory.Pointer + _starts[point];

    /// <summary>Transforms and packs filters.</summary>
    /// <param name="geometry">The layer and its tiles.</param>
    /// <param name="nodes">The tile's finite nodes.</param>
    /// <param name="parameters">The layer's weights.</param>
    /// <param name="order">The taps of each point in the order the kernel reads them: phase row, phase column and channel.</param>
    /// <param name="lanes">Floats in one vector.</param>
    public static WinogradFilters Transform(
        WinogradGeometry geometry, ReadOnlySpan<double> nodes, LayerParameters parameters, Func<int, (int Row, int Column, int Channel)[]> order, int lanes)
    {
        int filters = geometry.Layer.OutputShape.Channels;
        int vectors = (filters + lanes - 1) / lanes;
        int points = geometry.Points;
        double[,] matrix = FilterMatrix(nodes, geometry.Taps);
        (int Row, int Column, int Channel)[][] taps = [.. Enumerable.Range(0, points * points).Select(order)];
        int[] starts = new int[taps.Length];
        int length = 0;
        for (int point = 0; point < taps.Length; point++)
        {
            starts[point] = length;
            length += taps[point].Length * vectors * lanes;
        }

        AlignedFloats memory = new(length);
        for (int point = 0; point < taps.Length; point++)
        {
            int at = starts[point];
            for (int first = 0; first < vectors * lanes; first += 2 * lanes)
            {
                int width = Math.Min(2 * lanes, (vectors * lanes) - first);
                foreach ((int row, int column, int channel) in taps[point])
                {
                    for (int i = 0; i < Math.Min(width, filters - first); i++)
                    {
                        memory.Span[at + i] = (float)At(geometry, matrix, parameters, point / points, point % points, row, column, channel, first + i);
                    }

                    at += width;
                }
            }
        }

        return new WinogradFilters(memory, starts);
    }

    private static double At(
        WinogradGeometry geometry, double[,] matrix, LayerParameters parameters, int pointRow, int pointColumn, int phaseRow, int phaseColumn, int channel, int filter)
    {
        int size = geometry.Layer.Window.Width, channels = geometry.Layer.InputShape.Channels, filters = geometry.Layer.OutputShape.Channels;
        double sum = 0;
        for (int y = phaseRow, row = 0; y < size; y += geometry.Stride, row++)
        {
            for (int x = phaseColumn, column = 0; x < size; x += geometry.Stride, column++)
            {
                double weight = parameters.Weights[(((((y * size) + x) * channels) + channel) * filters) + filter];
                sum += matrix[pointRow, row] * matrix[pointColumn, column] * weight;
            }
        }

        return sum;
    }

    // G: a filter as a polynomial at each node, over the products that Lagrange's interpolation divides by; at infinity, its last tap.
    private static double[,] FilterMatrix(ReadOnlySpan<double> nodes, int taps)
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
