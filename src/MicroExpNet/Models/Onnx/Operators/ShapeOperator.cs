namespace MicroExpNet.Models.Onnx;

/// <summary><c>Shape</c>: known when the file is read, but for the number of images.</summary>
internal sealed class ShapeOperator() : OnnxOperator("Shape")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        long[] shape = graph.TryConstant(node, 0, out OnnxTensor? constant)
            ? constant.Dimensions
            : [OnnxTensor.Batch, .. ReshapeOperator.Dimensions(graph.Input(node, 0))];
        long start = Index(node.Integer("start", 0)), end = Index(node.Integer("end", shape.Length));
        long[] part = start < end ? shape[(int)start..(int)end] : [];
        graph.SetConstant(node, new OnnxTensor([part.Length], part));

        long Index(long index) => Math.Clamp(index < 0 ? index + shape.Length : index, 0, shape.Length);
    }
}
