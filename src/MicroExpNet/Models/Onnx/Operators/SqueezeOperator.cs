namespace MicroExpNet.Models.Onnx;

/// <summary><c>Squeeze</c>: removes axes of length 1.</summary>
internal sealed class SqueezeOperator() : OnnxOperator("Squeeze")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        IReadOnlyList<long>? axes = ReshapeOperator.Axes(node, graph);
        if (graph.TryConstant(node, 0, out OnnxTensor? constant))
        {
            graph.SetConstant(node, constant.Reshaped(Squeezed(constant.Dimensions, axes)));
            return;
        }

        GraphValue x = graph.Input(node, 0);
        long[] to = Squeezed([OnnxTensor.Batch, .. ReshapeOperator.Dimensions(x)], axes);
        if (to.Length < 2 || to[0] != OnnxTensor.Batch) throw graph.Unsupported(node, "it removes the axis of the images or all others");
        ReshapeOperator.Reshape(node, x, to[1..], graph);

        long[] Squeezed(long[] shape, IReadOnlyList<long>? which)
        {
            List<long> left = [.. shape];
            foreach (int axis in which is null
                ? Enumerable.Range(0, shape.Length).Where(i => shape[i] == 1).Reverse()
                : which.Select(axis => (int)(axis < 0 ? axis + shape.Length : axis)).Distinct().OrderDescending())
            {
                if (axis < 0 || axis >= shape.Length || shape[axis] != 1)
                {
                    throw graph.Unsupported(node, $"its axis {axis} is not of length 1");
                }

                left.RemoveAt(axis);
            }

            return [.. left];
        }
    }
}
