using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Reshape</c>: to a vector, or moving axes of length 1.</summary>
internal sealed class ReshapeOperator() : OnnxOperator("Reshape")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        if (graph.Constant(node, 1).Integers is not { Length: > 0 and <= 8 } wanted) throw graph.Unsupported(node, "its shape is not a list of 1 to 8 whole numbers");
        long[] target = [.. wanted], from = Dimensions(x);
        bool copiesZero = node.Integer("allowzero", 0) == 0;
        for (int i = 1; i < target.Length; i++)
        {
            if (target[i] == 0 && copiesZero && i <= from.Length) target[i] = from[i - 1];
        }

        // The batch comes first: copied (0), inferred (-1), or written out as one image.
        bool batchFirst = target[0] is 0 or -1 or 1;
        long known = Product(target.Skip(1).Where(d => d >= 0));
        int open = Array.IndexOf(target, -1, 1);
        if (open > 0 && known > 0 && target[0] != -1) target[open] = x.Shape.Length / known;
        long[] to = target[1..];
        if (!batchFirst || to.Any(d => d < 1) || Product(to) != x.Shape.Length)
        {
            throw graph.Unsupported(
                node, $"it reshapes [batch,{string.Join(',', from)}] to {OnnxNode.List(wanted)}; expected the batch first and the same number of values");
        }

        if (to.Length == 1) FlattenOperator.Flatten(node, x, graph);
        else if (to.Length == 3 && x.Flattened is null && IsSameOrder(from, to, x)) Relabel(node, x, to, graph);
        else
        {
            throw graph.Unsupported(
                node, $"it reshapes [batch,{string.Join(',', from)}] to [batch,{string.Join(',', to)}]; only flattening and moving axes of one are supported");
        }
    }

    private static long Product(IEnumerable<long> sizes) => sizes.Aggregate(1L, (product, size) => product > int.MaxValue ? product : product * size);

    // Axes of one may move; all others must follow each other as before. A flat input may become any image of one channel.
    private static bool IsSameOrder(long[] from, long[] to, GraphValue x) =>
        from.Where(d => d != 1).SequenceEqual(to.Where(d => d != 1)) ||
        (x.Position == Layer.NetworkInput && x.Order == AxisOrder.Vector && to.Contains(1));

    private static void Relabel(OnnxNode node, GraphValue x, long[] to, OnnxTranslator graph)
    {
        TensorShape first = new((int)to[1], (int)to[2], (int)to[0]);
        TensorShape last = new((int)to[0], (int)to[1], (int)to[2]);
        if (first == x.Shape) graph.Alias(node, x with { Order = AxisOrder.ChannelsFirst });
        else if (last == x.Shape) graph.Alias(node, x with { Order = AxisOrder.ChannelsLast });
        else throw graph.Unsupported(node, $"it takes {x.Shape} for another image, [{string.Join(',', to)}]");
    }

    // All axes but the batch, as the graph sees them.
    private static long[] Dimensions(GraphValue x) => x.Order switch
    {
        AxisOrder.ChannelsFirst => [x.Shape.Channels, x.Shape.Height, x.Shape.Width],
        AxisOrder.ChannelsLast => [x.Shape.Height, x.Shape.Width, x.Shape.Channels],
        _ => [x.Shape.Length],
    };
}
