using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>An operator that one type of layer is written as.</summary>
/// <typeparam name="TLayer">The layer.</typeparam>
/// <param name="name">The operator's name in ONNX.</param>
internal abstract class LayerOperator<TLayer>(string name) : OnnxOperator(name)
    where TLayer : Layer
{
    public sealed override Type LayerType => typeof(TLayer);

    public sealed override WrittenValue Write(Layer layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph) =>
        Write((TLayer)layer, position, inputs, output, graph);

    /// <inheritdoc cref="OnnxOperator.Write"/>
    protected abstract WrittenValue Write(TLayer layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph);
}
