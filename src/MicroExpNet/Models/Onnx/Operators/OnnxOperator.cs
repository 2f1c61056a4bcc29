using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>One operator of ONNX: how a node of it becomes layers and, beside it, how a layer becomes a node.</summary>
/// <param name="name">The operator's name in ONNX (a node's <c>op_type</c>).</param>
internal abstract class OnnxOperator(string name)
{
    /// <summary>The operator's name in ONNX.</summary>
    public readonly string Name = name;

    /// <summary>The type of layer that is written as this operator; null for operators that are only read.</summary>
    public virtual Type? LayerType => null;

    /// <summary>Translates a node: appends layers, or gives its output another meaning.</summary>
    /// <param name="node">The node.</param>
    /// <param name="graph">The translation so far.</param>
    /// <exception cref="ModelFormatException">The node does what the library cannot do.</exception>
    public abstract void Read(OnnxNode node, OnnxTranslator graph);

    /// <summary>Writes a layer of type <see cref="LayerType"/> as a node.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="position">Its position in the architecture.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="output">The name of the node's output.</param>
    /// <param name="graph">The graph being written.</param>
    /// <returns>The node's output.</returns>
    public virtual WrittenValue Write(Layer layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph) =>
        throw new InvalidOperationException($"{Name} is not written");
}
