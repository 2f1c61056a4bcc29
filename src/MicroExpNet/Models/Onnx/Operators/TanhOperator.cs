using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Tanh</c>.</summary>
internal sealed class TanhOperator() : PointwiseOperator<Tanh>("Tanh")
{
    protected override Tanh Read(OnnxNode node, string name, int input, TensorShape shape) => new(name, input, shape);
}
