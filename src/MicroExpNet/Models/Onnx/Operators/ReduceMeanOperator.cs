using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>ReduceMean</c> over an image: a global average pool.</summary>
internal sealed class ReduceMeanOperator() : OnnxOperator("ReduceMean")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        (GraphValue x, AxisOrder order) = ReductionReader.Read(node, graph);
        graph.Append(node, new GlobalAveragePool(graph.NameOf(node), x.Position, x.Shape), null, order);
    }
}
