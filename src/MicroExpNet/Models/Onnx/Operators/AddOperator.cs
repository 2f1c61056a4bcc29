using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Add</c>: of two layers of the same shape, or of a constant for each channel.</summary>
internal sealed class AddOperator() : LayerOperator<Add>("Add")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        int constant = ConstantArithmetic.Read(node, graph, (a, b) => a + b, (a, b) => unchecked(a + b));
        if (constant == 2) return;
        if (constant >= 0)
        {
            GraphValue value = graph.Input(node, 1 - constant);
            ChannelScale.Apply(node, value, null, ChannelScale.PerChannel(node, constant, value, graph), graph);
            return;
        }

        GraphValue x = graph.Input(node, 0), y = graph.Input(node, 1);
        if (x.Order != y.Order || x.Flattened != y.Flattened)
        {
            throw graph.Unsupported(node, "its inputs have their axes in different orders");
        }

        if (x.Shape != y.Shape) throw graph.Unsupported(node, $"it adds {x.Shape} to {y.Shape}; expected equal shapes");
        graph.Append(node, new Add(graph.NameOf(node), x.Position, y.Position, x.Shape, y.Shape), null, x.Order, x.Flattened);
    }

    protected override WrittenValue Write(Add layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        if (inputs[0].IsVector != inputs[1].IsVector)
        {
            inputs = [graph.AsVector(inputs[0], $"{layer.Name}.first"), graph.AsVector(inputs[1], $"{layer.Name}.second")];
        }

        graph.WriteNode(Name, layer.Name, [inputs[0].Name, inputs[1].Name], output);
        return inputs[0] with { Name = output };
    }
}
