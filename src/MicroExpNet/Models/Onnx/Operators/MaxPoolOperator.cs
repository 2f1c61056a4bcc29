using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>MaxPool</c>.</summary>
internal sealed class MaxPoolOperator() : LayerOperator<MaxPool>("MaxPool")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        if (node.Outputs.Count > 1 && graph.IsRead(node.Outputs[1]))
        {
            throw graph.Unsupported(node, "its second output, the maxima's indices, is not supported");
        }

        GraphValue x = graph.Image(node);
        Window window = WindowAttributes.ReadPool(node, graph);
        Padding padding = WindowAttributes.ReadPadding(node, graph, x.Shape, window);
        if (node.Integer("ceil_mode", 0) != 0) padding = WindowAttributes.RoundUp(x.Shape, window, padding);
        graph.Append(node, new MaxPool(graph.NameOf(node), x.Position, x.Shape, window, padding), null, AxisOrder.ChannelsFirst);
    }

    protected override WrittenValue Write(MaxPool layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        WrittenValue x = graph.AsImage(inputs[0], layer.InputShape, layer.Name);
        graph.WriteNode(Name, layer.Name, [x.Name], output, node => WindowAttributes.Write(node, layer.Window, layer.Padding));
        return new WrittenValue(output, isVector: false);
    }
}
