using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>ReduceMax</c> over an image: a max pool whose window is the image.</summary>
internal sealed class ReduceMaxOperator() : OnnxOperator("ReduceMax")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        (GraphValue x, AxisOrder order) = ReductionReader.Read(node, graph);
        Window window = new(x.Shape.Height, x.Shape.Width, 1, 1);
        graph.Append(node, new MaxPool(graph.NameOf(node), x.Position, x.Shape, window, default), null, order);
    }
}
