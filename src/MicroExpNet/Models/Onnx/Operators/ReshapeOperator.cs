using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Reshape</c>: of a layer's output to a vector, or moving axes of length 1; of a constant to any shape.</summary>
internal sealed class ReshapeOperator() : OnnxOperator("Reshape")
{
    /// <summary>
    /// The axes of <c>Squeeze</c>, <c>Unsqueeze</c> and reductions: an input in new operator sets, an attribute in old ones; null where
    /// absent.
    /// </summary>
    public static IReadOnlyList<long>? Axes(OnnxNode node, OnnxTranslator graph)
    {
        if (node.Integers("axes") is { Count: <= 8 } axes) return axes;
        if (!node.HasInput(1)) return null;
        return graph.Constant(node, 1).Integers is { Length: <= 8 } list
            ? list
            : throw graph.Unsupported(node, "its axes are no list of up to 8 whole numbers");
    }

    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        if (graph.Constant(node, 1).Integers is not { Length: <= 8 } wanted)
        {
            throw graph.Unsupported(node, "its shape is not a list of 1 to 8 whole numbers");
        }

        bool copiesZero = node.Integer("allowzero", 0) == 0;
        if (graph.TryConstant(node, 0, out OnnxTensor? constant))
        {
            long[] shape = Complete(wanted, constant.Dimensions, constant.Count, copiesZero);
            if (!Holds(shape, 0, constant.Count))
            {
                throw graph.Unsupported(
                    node, $"it reshapes a constant of shape {OnnxNode.List(constant.Dimensions)} to {OnnxNode.List(wanted)}");
            }

            graph.SetConstant(node, constant.Reshaped(shape));
            return;
        }

        GraphValue x = graph.Input(node, 0);
        if (wanted.Length == 0) throw graph.Unsupported(node, "its shape is not a list of 1 to 8 whole numbers");
        long[] from = Dimensions(x);

        // The images' axis comes first: copied (0), inferred (-1), computed from the shape, or written out as one image. Where it is
        // inferred,
        // all others must be given.
        bool batchFirst = wanted[0] is 0 or -1 or 1 or OnnxTensor.Batch;
        long[] to = wanted[0] == -1 ? wanted[1..] : Complete(wanted[1..], from, x.Shape.Length, copiesZero);
        for (int i = 0; wanted[0] == -1 && i < to.Length; i++)
        {
            if (to[i] == 0 && copiesZero && i < from.Length) to[i] = from[i];
        }

        if (!batchFirst || !Holds(to, 1, x.Shape.Length))
        {
            throw graph.Unsupported(
                node,
                $"it reshapes [batch,{string.Join(',', from)}] to {OnnxNode.List(wanted)}; "
                + "expected the batch first and the same number of values");
        }

        Reshape(node, x, to, graph);
    }

    /// <summary>Gives a value another shape of as many values.</summary>
    /// <param name="node">The node.</param>
    /// <param name="x">The value.</param>
    /// <param name="to">All axes but the images'.</param>
    /// <param name="graph">The translation.</param>
    public static void Reshape(OnnxNode node, GraphValue x, long[] to, OnnxTranslator graph)
    {
        long[] from = Dimensions(x);
        if (from.AsSpan().SequenceEqual(to)) graph.Alias(node, x);
        else if (to.Length == 1) FlattenOperator.Flatten(node, x, graph);
        else if (to is [_, 1] && x.Shape is { Height: 1, Width: 1 }) graph.Alias(node, x with { Order = AxisOrder.Column });
        else if (x.Flattened is null && Relabeled(x.Shape, to) is { } order) graph.Alias(node, x with { Order = order });
        else
        {
            throw graph.Unsupported(
                node,
                $"it reshapes [batch,{string.Join(',', from)}] to [batch,{string.Join(',', to)}]; "
                + "only flattening and moving axes of one are supported");
        }
    }

    // 0 is the size of the same axis before, −1 what is left.
    private static long[] Complete(long[] wanted, long[] from, long count, bool copiesZero)
    {
        long[] shape = [.. wanted];
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 0 && copiesZero && i < from.Length) shape[i] = from[i];
        }

        int open = Array.IndexOf(shape, -1);
        long known = OnnxTensor.Product(shape.Where(size => size >= 0));
        if (open >= 0 && known > 0) shape[open] = count / known;
        return shape;
    }

    private static bool Holds(long[] shape, long least, long count) =>
        Array.TrueForAll(shape, size => size >= least && size <= int.MaxValue) && OnnxTensor.Product(shape) == count;

    // The order in which an image has these axes; null where it has not, or where its values would follow each other in another way.
    private static AxisOrder? Relabeled(TensorShape image, long[] to)
    {
        if (to is not [long a, long b, long c] || GraphValue.OrderMatters(image)) return null;
        if ((a, b, c) == (image.Channels, image.Height, image.Width)) return AxisOrder.ChannelsFirst;
        return (a, b, c) == (image.Height, image.Width, image.Channels) ? AxisOrder.ChannelsLast : null;
    }

    /// <summary>All axes but the images', as the graph sees them.</summary>
    public static long[] Dimensions(GraphValue x) => x.Order switch
    {
        AxisOrder.ChannelsFirst => [x.Shape.Channels, x.Shape.Height, x.Shape.Width],
        AxisOrder.ChannelsLast => [x.Shape.Height, x.Shape.Width, x.Shape.Channels],
        AxisOrder.Column => [x.Shape.Length, 1],
        _ => [x.Shape.Length],
    };
}
