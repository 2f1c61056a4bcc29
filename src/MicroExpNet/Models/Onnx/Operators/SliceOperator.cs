namespace MicroExpNet.Models.Onnx;

/// <summary><c>Slice</c> of a constant, as shapes and paddings are computed.</summary>
internal sealed class SliceOperator() : OnnxOperator("Slice")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        OnnxTensor data = graph.Constant(node, 0);
        if (data.Count > OnnxTensor.MaxFolded || Array.Exists(data.Dimensions, size => size > OnnxTensor.MaxFolded) ||
            data.Dimensions.Length > 8 || (data.Floats is null && data.Integers is null))
        {
            throw graph.Unsupported(node, "only small constants can be sliced");
        }

        int rank = data.Dimensions.Length;
        long[] starts = List("starts", 1) ?? throw graph.Unsupported(node, "its starts are missing"), ends = List("ends", 2) ?? [];
        long[] axes = List("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)],
            steps = List("steps", 4) ?? [.. starts.Select(_ => 1L)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || starts.Length > rank)
        {
            throw graph.Unsupported(node, "its starts, ends, axes and steps are not equally many");
        }

        // What is taken along each axis.
        List<int>[] taken = [.. data.Dimensions.Select(size => Enumerable.Range(0, (int)size).ToList())];
        for (int i = 0; i < starts.Length; i++)
        {
            long axis = axes[i] < 0 ? axes[i] + rank : axes[i];
            if (axis < 0 || axis >= rank || steps[i] == 0)
            {
                throw graph.Unsupported(node, $"its axis {axes[i]} or step {steps[i]} is out of range");
            }

            taken[axis] = Take(data.Dimensions[axis], starts[i], ends[i], steps[i]);
        }

        List<int> indexes = [0];
        for (int axis = 0; axis < rank; axis++)
        {
            int size = (int)data.Dimensions[axis];
            indexes = [.. indexes.SelectMany(outer => taken[axis].Select(inner => (outer * size) + inner))];
        }

        graph.SetConstant(node, data.Picked([.. taken.Select(list => (long)list.Count)], [.. indexes]));

        // Inputs since operator set 10, attributes before.
        long[]? List(string attribute, int input)
        {
            if (node.Integers(attribute) is { } values) return [.. values];
            if (!node.HasInput(input)) return null;
            return graph.Constant(node, input).Integers is { Length: <= 8 } list
                ? list
                : throw graph.Unsupported(node, $"its {attribute} are no list of whole numbers");
        }
    }

    // Bounds are clipped as ONNX defines it: a step backwards goes on to before the first element.
    private static List<int> Take(long size, long start, long end, long step)
    {
        long from = start < 0 ? start + size : start, to = end < 0 ? (end < -size ? -1 : end + size) : end;
        from = step > 0 ? Math.Clamp(from, 0, size) : Math.Clamp(from, -1, size - 1);
        to = step > 0 ? Math.Clamp(to, 0, size) : Math.Clamp(to, -1, size - 1);
        List<int> taken = [];
        if (step > 0) for (long i = from; i < to; i += Math.Min(step, size)) taken.Add((int)i);
        else for (long i = from; i > to; i += Math.Max(step, -size)) taken.Add((int)i);
        return taken;
    }
}
