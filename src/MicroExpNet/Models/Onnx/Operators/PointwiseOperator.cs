using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>An operator of one input whose output has the same shape: one node is one layer.</summary>
/// <typeparam name="TLayer">The layer.</typeparam>
/// <param name="name">The operator's name in ONNX.</param>
internal abstract class PointwiseOperator<TLayer>(string name) : LayerOperator<TLayer>(name)
    where TLayer : Layer
{
    public sealed override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        graph.Append(node, Read(node, graph.NameOf(node), x.Position, x.Shape), null, x.Order, x.Flattened);
    }

    /// <summary>The layer of a node.</summary>
    /// <param name="node">The node, for its attributes.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Position of the layer it reads.</param>
    /// <param name="shape">That layer's shape.</param>
    protected abstract TLayer Read(OnnxNode node, string name, int input, TensorShape shape);

    protected sealed override WrittenValue Write(TLayer layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        graph.WriteNode(Name, layer.Name, [inputs[0].Name], output, node => WriteAttributes(node, layer));
        return inputs[0] with { Name = output };
    }

    /// <summary>Writes the node's attributes; none, unless overridden.</summary>
    /// <param name="node">The node being written.</param>
    /// <param name="layer">The layer.</param>
    protected virtual void WriteAttributes(OnnxMessage node, TLayer layer)
    {
    }
}
