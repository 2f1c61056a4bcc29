namespace MicroExpNet.Models.Onnx;

/// <summary>
/// What <c>ReduceMean</c> and <c>ReduceMax</c> share: they reduce an image's rows and columns to one value for each channel.
/// </summary>
internal static class ReductionReader
{
    /// <summary>Checks a reduction.</summary>
    /// <returns>Its input, and the order of its output's axes.</returns>
    public static (GraphValue X, AxisOrder Output) Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        long[] axes = [.. (ReshapeOperator.Axes(node, graph) ?? []).Select(axis => axis < 0 ? axis + 4 : axis).Order()];
        bool overImage = (x.Order, axes) is (AxisOrder.ChannelsFirst, [2, 3]) or (AxisOrder.ChannelsLast, [1, 2]);
        if (!overImage) throw graph.Unsupported(node, $"its axes are {OnnxNode.List(axes)}; expected the rows and columns of an image");
        return (x, node.Integer("keepdims", 1) != 0 ? x.Order : AxisOrder.Vector);
    }
}
