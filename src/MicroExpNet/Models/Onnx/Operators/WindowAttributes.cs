using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// The attributes of the operators that slide a window over an image: <c>kernel_shape</c>, <c>strides</c>, <c>pads</c>, <c>auto_pad</c>.
/// </summary>
internal static class WindowAttributes
{
    private const int Max = OnnxTranslator.MaxWindow;

    /// <summary>The window of a pool.</summary>
    public static Window ReadPool(OnnxNode node, OnnxTranslator graph)
    {
        if (node.Integers("dilations") is { } dilations && dilations.Any(dilation => dilation != 1))
        {
            throw graph.Unsupported(node, $"dilations {OnnxNode.List([.. dilations])} of a pool are not supported; expected 1");
        }

        return node.Integers("kernel_shape") is [long height, long width]
            ? Read(node, graph, height, width)
            : throw graph.Unsupported(node, "its kernel_shape is missing or not of two dimensions");
    }

    /// <summary>A kernel whose taps lie apart, as a larger one with zeros between them.</summary>
    /// <param name="node">The convolution.</param>
    /// <param name="weights"><c>[filters, channels, rows, columns]</c>.</param>
    /// <param name="shape">That shape.</param>
    /// <param name="graph">The translation.</param>
    /// <returns>The larger kernel and its shape; the same if nothing lies between the taps.</returns>
    public static (float[] Weights, long[] Shape) Dilate(OnnxNode node, float[] weights, long[] shape, OnnxTranslator graph)
    {
        long rows = shape[2], columns = shape[3];
        if (node.Integers("kernel_shape") is { } kernel && !kernel.SequenceEqual([rows, columns]))
        {
            throw graph.Unsupported(node, $"its kernel_shape is not that of its weights, [{rows},{columns}]");
        }

        if ((node.Integers("dilations") ?? [1, 1]) is not [>= 1 and <= Max and long down, >= 1 and <= Max and long right])
        {
            throw graph.Unsupported(
                node, $"its dilations are {OnnxNode.List([.. node.Integers("dilations")!])}; expected two of 1 to {Max}");
        }

        if ((down == 1 && right == 1) || rows < 1 || columns < 1) return (weights, shape);
        long height = Size(
            node, graph, ((rows - 1) * down) + 1, "dilated kernel rows"), width = Size(node, graph, ((columns - 1) * right) + 1,
            "dilated kernel columns");
        long kernels = weights.Length / (rows * columns);
        graph.Reserve(node, kernels * height * width);
        float[] dilated = new float[kernels * height * width];
        for (long i = 0; i < weights.Length; i++)
        {
            long column = i % columns, row = i / columns % rows, at = i / (rows * columns);
            dilated[(((at * height) + (row * down)) * width) + (column * right)] = weights[i];
        }

        return (dilated, [shape[0], shape[1], height, width]);
    }

    /// <summary>The window of a kernel of known size, with its stride.</summary>
    public static Window Read(OnnxNode node, OnnxTranslator graph, long height, long width)
    {
        IReadOnlyList<long> strides = node.Integers("strides") ?? [1, 1];
        if (strides.Count != 2) throw graph.Unsupported(node, $"it has {strides.Count} strides; expected 2");
        return new Window(
            Size(node, graph, height, "kernel rows"), Size(node, graph, width, "kernel columns"),
            Size(node, graph, strides[0], "stride"), Size(node, graph, strides[1], "stride"));
    }

    /// <summary>The padding around an image.</summary>
    public static Padding ReadPadding(OnnxNode node, OnnxTranslator graph, TensorShape input, Window window)
    {
        Padding same = Padding.Same(input, window);
        switch (node.Text("auto_pad"))
        {
            case "SAME_UPPER":
                return same;
            case "SAME_LOWER":
                return new Padding(same.Bottom, same.Right, same.Top, same.Left);
            case "VALID":
                return default;
            case "" or "NOTSET":
                break;
            case var auto:
                throw graph.Unsupported(
                    node, $"auto_pad '{OnnxNode.Cut(auto)}' is unknown; expected NOTSET, SAME_UPPER, SAME_LOWER or VALID");
        }

        if (node.Integers("pads") is not { } pads) return default;
        if (pads is not [long top, long left, long bottom, long right] || pads.Any(pad => pad is < 0 or > Max))
        {
            throw graph.Unsupported(node, $"its pads are {OnnxNode.List([.. pads])}; expected four of 0 to {Max}");
        }

        return new Padding((int)top, (int)left, (int)bottom, (int)right);
    }

    /// <summary>
    /// <c>ceil_mode</c>: padding at the bottom and right for a last window that starts in the image or in the padding before it, though it
    /// reaches past the end.
    /// </summary>
    public static Padding RoundUp(TensorShape input, Window window, Padding padding)
    {
        int bottom = Missing(input.Height, window.Height, window.StrideY, padding.Top, padding.Bottom);
        int right = Missing(input.Width, window.Width, window.StrideX, padding.Left, padding.Right);
        return padding with { Bottom = padding.Bottom + bottom, Right = padding.Right + right };

        static int Missing(int size, int window, int stride, int before, int after)
        {
            int over = (size + before + after - window) % stride;
            if (over <= 0) return 0;
            int start = size + before + after - window - over + stride;
            return start < size + before ? stride - over : 0;
        }
    }

    // Checks a size of a window or kernel.
    private static int Size(OnnxNode node, OnnxTranslator graph, long value, string what) =>
        value is >= 1 and <= Max ? (int)value : throw graph.Unsupported(node, $"its {what} are {value}; expected 1 to {Max}");

    /// <summary>Writes the attributes of a window.</summary>
    public static void Write(OnnxMessage node, Window window, Padding padding)
    {
        node.WriteAttribute("kernel_shape", [window.Height, window.Width]);
        node.WriteAttribute("pads", [padding.Top, padding.Left, padding.Bottom, padding.Right]);
        node.WriteAttribute("strides", [window.StrideY, window.StrideX]);
    }
}
