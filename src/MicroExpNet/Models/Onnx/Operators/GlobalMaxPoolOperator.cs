using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>GlobalMaxPool</c>: a max pool whose window is the image.</summary>
internal sealed class GlobalMaxPoolOperator() : OnnxOperator("GlobalMaxPool")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Image(node);
        Window window = new(x.Shape.Height, x.Shape.Width, 1, 1);
        graph.Append(node, new MaxPool(graph.NameOf(node), x.Position, x.Shape, window, default), null, AxisOrder.ChannelsFirst);
    }
}
