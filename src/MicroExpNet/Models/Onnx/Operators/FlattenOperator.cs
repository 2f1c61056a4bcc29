using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// <c>Flatten</c>. ONNX flattens an image channels first, the library channels last; whoever reads the vector has its weights reordered.
/// </summary>
internal sealed class FlattenOperator() : LayerOperator<Flatten>("Flatten")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        long axis = node.Integer("axis", 1);
        long rank = ReshapeOperator.Dimensions(x).Length + 1;
        if (axis != 1 && axis != 1 - rank) throw graph.Unsupported(node, $"axis {axis} is not supported; expected 1");
        Flatten(node, x, graph);
    }

    /// <summary>Makes a value a vector.</summary>
    public static void Flatten(OnnxNode node, GraphValue x, OnnxTranslator graph)
    {
        if (x.Order is AxisOrder.Vector or AxisOrder.Column)
        {
            graph.Alias(node, x with { Order = AxisOrder.Vector });
            return;
        }

        TensorShape? flattened = x.Order == AxisOrder.ChannelsFirst && GraphValue.OrderMatters(x.Shape) ? x.Shape : null;
        graph.Append(node, new Flatten(graph.NameOf(node), x.Position, x.Shape), null, AxisOrder.Vector, flattened);
    }

    // Where fully connected layers alone read the vector, their weights take ONNX's order; where others do, the image is transposed first.
    protected override WrittenValue Write(Flatten layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        WrittenValue x = inputs[0];
        TensorShape image = graph.ShapeOf(layer.Inputs[0]);
        TensorShape? flattened = !x.IsVector && GraphValue.OrderMatters(image) ? image : null;
        if (flattened is not null && !graph.IsReadByFullyConnectedAlone(position))
        {
            string transposed = graph.Unique($"{layer.Name}.nhwc");
            graph.WriteNode("Transpose", transposed, [x.Name], transposed, node => node.WriteAttribute("perm", [0, 2, 3, 1]));
            x = x with { Name = transposed };
            flattened = null;
        }

        graph.WriteNode(Name, layer.Name, [x.Name], output);
        return new WrittenValue(output, isVector: true, flattened);
    }
}
