namespace MicroExpNet.Models.Onnx;

/// <summary><c>Unsqueeze</c>: inserts axes of length 1.</summary>
internal sealed class UnsqueezeOperator() : OnnxOperator("Unsqueeze")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        IReadOnlyList<long> axes = ReshapeOperator.Axes(node, graph) ?? throw graph.Unsupported(node, "its axes are missing");
        if (graph.TryConstant(node, 0, out OnnxTensor? constant))
        {
            graph.SetConstant(node, constant.Reshaped(Unsqueezed(constant.Dimensions)));
            return;
        }

        GraphValue x = graph.Input(node, 0);
        long[] to = Unsqueezed([OnnxTensor.Batch, .. ReshapeOperator.Dimensions(x)]);
        if (to[0] != OnnxTensor.Batch) throw graph.Unsupported(node, "it inserts an axis before that of the images");
        ReshapeOperator.Reshape(node, x, to[1..], graph);

        long[] Unsqueezed(long[] shape)
        {
            int rank = shape.Length + axes.Count;
            List<long> result = [.. shape];
            foreach (long axis in axes.Select(axis => axis < 0 ? axis + rank : axis).Order())
            {
                if (axis < 0 || axis > result.Count || rank > 8) throw graph.Unsupported(node, $"its axis {axis} is out of range");
                result.Insert((int)axis, 1);
            }

            return [.. result];
        }
    }
}
