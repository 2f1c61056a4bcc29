using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>LeakyRelu</c>.</summary>
internal sealed class LeakyReluOperator() : PointwiseOperator<LeakyRelu>("LeakyRelu")
{
    protected override LeakyRelu Read(OnnxNode node, string name, int input, TensorShape shape) =>
        new(name, input, shape, node.Float("alpha", 0.01f));

    protected override void WriteAttributes(OnnxMessage node, LeakyRelu layer) => node.WriteAttribute("alpha", layer.Alpha);
}
