using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// <c>Mul</c>: by a constant for each channel, of two layers of the same shape, or of an image and a factor for each channel.
/// </summary>
internal sealed class MulOperator() : LayerOperator<Multiply>("Mul")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        int constant = ConstantArithmetic.Read(node, graph, (a, b) => a * b, (a, b) => unchecked(a * b));
        if (constant == 2) return;
        if (constant >= 0)
        {
            GraphValue value = graph.Input(node, 1 - constant);
            double[] factors = ChannelScale.PerChannel(node, constant, value, graph);
            ChannelScale.Apply(node, value, factors, new double[factors.Length], graph);
            return;
        }

        GraphValue x = graph.Input(node, 0), y = graph.Input(node, 1);
        if (x.Shape.Height * x.Shape.Width < y.Shape.Height * y.Shape.Width) (x, y) = (y, x);
        if (x.Order != y.Order || x.Flattened != y.Flattened)
        {
            throw graph.Unsupported(node, "its inputs have their axes in different orders");
        }

        if (x.Shape != y.Shape && y.Shape != TensorShape.Vector(x.Shape.Channels))
        {
            throw graph.Unsupported(node, $"it multiplies {x.Shape} by {y.Shape}; expected the same shape, or one factor for each channel");
        }

        graph.Append(node, new Multiply(graph.NameOf(node), x.Position, y.Position, x.Shape, y.Shape), null, x.Order, x.Flattened);
    }

    protected override WrittenValue Write(Multiply layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        if (inputs[0].IsVector != inputs[1].IsVector)
        {
            inputs = [graph.AsImage(inputs[0], layer.OutputShape, $"{layer.Name}.first"),
                graph.AsImage(inputs[1], layer.SecondShape, $"{layer.Name}.second")];
        }

        graph.WriteNode(Name, layer.Name, [inputs[0].Name, inputs[1].Name], output);
        return inputs[0] with { Name = output };
    }
}
