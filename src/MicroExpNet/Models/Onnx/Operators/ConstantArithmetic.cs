namespace MicroExpNet.Models.Onnx;

/// <summary>
/// What <c>Add</c>, <c>Sub</c>, <c>Mul</c> and <c>Div</c> share: constants of both sides are computed when the file is read.
/// </summary>
internal static class ConstantArithmetic
{
    /// <summary>Which input is a constant; −1 where none is. Where both are, the output becomes their result, and this is 2.</summary>
    /// <param name="node">The node.</param>
    /// <param name="graph">The translation.</param>
    /// <param name="floats">The operation on floats.</param>
    /// <param name="integers">The operation on whole numbers.</param>
    public static int Read(OnnxNode node, OnnxTranslator graph, Func<float, float, float> floats, Func<long, long, long> integers)
    {
        if (node.Inputs.Count != 2) throw graph.Unsupported(node, $"it has {node.Inputs.Count} inputs; expected 2");
        if (!graph.TryConstant(node, 1, out OnnxTensor? second)) return graph.IsConstant(node, 0) ? 0 : -1;
        if (!graph.TryConstant(node, 0, out OnnxTensor? first)) return 1;
        (OnnxTensor one, OnnxTensor shape) =
            first.Count == 1 && second.Dimensions.Length >= first.Dimensions.Length ? (first, second) : (second, first);
        if (((one.Count != 1 || one.Dimensions.Length > shape.Dimensions.Length) &&
            !first.Dimensions.AsSpan().SequenceEqual(second.Dimensions)) || shape.Count > OnnxTensor.MaxFolded)
        {
            throw graph.Unsupported(
                node,
                $"its constants are of shapes {OnnxNode.List(first.Dimensions)} and {OnnxNode.List(second.Dimensions)}; "
                + "expected small ones of one shape");
        }

        graph.SetConstant(node, (first.Floats, second.Floats, first.Integers, second.Integers) switch
        {
            ({ } a, { } b, _, _) => new OnnxTensor(shape.Dimensions, Pairwise(a, b, floats)),
            (_, _, { } a, { } b) when !a.Contains(OnnxTensor.Batch) && !b.Contains(OnnxTensor.Batch) =>
                new OnnxTensor(shape.Dimensions, Pairwise(a, b, integers)),
            (_, _, not null, not null) => throw graph.Unsupported(node, "it computes with the number of images"),
            _ => throw graph.Unsupported(node, "its constants are not both floats, or both whole numbers"),
        });
        return 2;
    }

    private static T[] Pairwise<T>(T[] a, T[] b, Func<T, T, T> operation)
    {
        T[] result = new T[a.Length == 1 ? b.Length : a.Length];
        for (int i = 0; i < result.Length; i++) result[i] = operation(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
        return result;
    }
}
