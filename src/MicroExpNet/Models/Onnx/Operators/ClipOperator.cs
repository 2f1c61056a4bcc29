using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Clip</c>: bounds are inputs since operator set 11, attributes before.</summary>
internal sealed class ClipOperator() : LayerOperator<Clip>("Clip")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        float minimum = Bound("min", 1, float.MinValue), maximum = Bound("max", 2, float.MaxValue);
        graph.Append(node, new Clip(graph.NameOf(node), x.Position, x.Shape, minimum, maximum), null, x.Order, x.Flattened);

        float Bound(string attribute, int input, float none)
        {
            if (node.Attributes.TryGetValue(attribute, out OnnxAttribute? value)) return value.Float ?? none;
            if (!node.HasInput(input)) return none;
            return graph.Constant(node, input).Floats is [float bound]
                ? bound
                : throw graph.Unsupported(node, $"its {attribute} is not one float");
        }
    }

    protected override WrittenValue Write(Clip layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        string minimum = graph.Constant($"{layer.Name}.min", [], [layer.Minimum]);
        string maximum = graph.Constant($"{layer.Name}.max", [], [layer.Maximum]);
        graph.WriteNode(Name, layer.Name, [inputs[0].Name, minimum, maximum], output);
        return inputs[0] with { Name = output };
    }
}
