using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>An operator over all features of a vector.</summary>
/// <typeparam name="TLayer">The layer.</typeparam>
/// <param name="name">The operator's name in ONNX.</param>
internal abstract class NormalizationOperator<TLayer>(string name) : LayerOperator<TLayer>(name)
    where TLayer : Layer
{
    public sealed override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        long axis = node.Integer("axis", graph.OperatorSet is > 0 and < 13 ? 1 : -1);
        if (x.Order != AxisOrder.Vector || x.Flattened is not null || axis is not (1 or -1))
        {
            throw graph.Unsupported(node, "only a vector's features can be normalised");
        }

        graph.Append(node, Read(graph.NameOf(node), x.Position, x.Shape), null, x.Order);
    }

    /// <summary>The layer of a node.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="shape">That layer's shape.</param>
    protected abstract TLayer Read(string name, int input, TensorShape shape);

    protected sealed override WrittenValue Write(TLayer layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        WrittenValue x = graph.AsVector(inputs[0], layer.Name);
        graph.WriteNode(Name, layer.Name, [x.Name], output, node => node.WriteAttribute("axis", -1));
        return x with { Name = output };
    }
}
