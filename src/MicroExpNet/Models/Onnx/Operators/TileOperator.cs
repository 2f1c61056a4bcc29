namespace MicroExpNet.Models.Onnx;

/// <summary><c>Tile</c>: an image's channels repeated.</summary>
internal sealed class TileOperator() : OnnxOperator("Tile")
{
    public override void Read(OnnxNode node, OnnxTranslator graph) =>
        Repeat(
            node, graph.Input(node, 0),
            graph.Constant(node, 1).Integers ?? throw graph.Unsupported(node, "its repeats are no whole numbers"), graph);

    /// <summary>Repeats a value along its channels.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">The value.</param>
    /// <param name="repeats">How often, along each axis, the images' included.</param>
    /// <param name="graph">The translation.</param>
    public static void Repeat(OnnxNode node, GraphValue x, long[] repeats, OnnxTranslator graph)
    {
        int channels = x.Order == AxisOrder.ChannelsLast ? 3 : 1;
        if (repeats.Length != ReshapeOperator.Dimensions(x).Length + 1 ||
            repeats.Where((count, axis) => axis != channels && count != 1).Any() ||
            repeats[channels] is < 1 or > OnnxTranslator.MaxWindow || (repeats[channels] > 1 && x.Flattened is not null))
        {
            throw graph.Unsupported(node, $"it repeats its input {OnnxNode.List(repeats)} times; expected repeated channels alone");
        }

        if (repeats[channels] == 1) graph.Alias(node, x);
        else ConcatOperator.Append(node, [.. Enumerable.Repeat(x, (int)repeats[channels])], graph);
    }
}
