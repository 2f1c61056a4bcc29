using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>AveragePool</c>.</summary>
internal sealed class AveragePoolOperator() : LayerOperator<AveragePool>("AveragePool")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Image(node);
        Window window = WindowAttributes.ReadPool(node, graph);
        Padding padding = WindowAttributes.ReadPadding(node, graph, x.Shape, window);
        bool countPadding = node.Integer("count_include_pad", 0) != 0 && !padding.IsNone;
        if (node.Integer("ceil_mode", 0) != 0)
        {
            Padding up = WindowAttributes.RoundUp(x.Shape, window, padding);
            if (countPadding && up != padding)
            {
                throw graph.Unsupported(node, "ceil_mode is not supported where the padding counts in the mean");
            }

            padding = up;
        }

        graph.Append(
            node, new AveragePool(graph.NameOf(node), x.Position, x.Shape, window, padding, countPadding), null, AxisOrder.ChannelsFirst);
    }

    protected override WrittenValue Write(AveragePool layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        WrittenValue x = graph.AsImage(inputs[0], layer.InputShape, layer.Name);
        graph.WriteNode(Name, layer.Name, [x.Name], output, node =>
        {
            node.WriteAttribute("count_include_pad", layer.CountPadding ? 1 : 0);
            WindowAttributes.Write(node, layer.Window, layer.Padding);
        });
        return new WrittenValue(output, isVector: false);
    }
}
