using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>GlobalAveragePool</c>.</summary>
internal sealed class GlobalAveragePoolOperator() : LayerOperator<GlobalAveragePool>("GlobalAveragePool")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Image(node);
        graph.Append(node, new GlobalAveragePool(graph.NameOf(node), x.Position, x.Shape), null, AxisOrder.ChannelsFirst);
    }

    protected override WrittenValue Write(GlobalAveragePool layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        WrittenValue x = graph.AsImage(inputs[0], graph.ShapeOf(layer.Inputs[0]), layer.Name);
        graph.WriteNode(Name, layer.Name, [x.Name], output);
        return new WrittenValue(output, isVector: false);
    }
}
