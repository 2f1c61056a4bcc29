using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Softplus</c>.</summary>
internal sealed class SoftplusOperator() : PointwiseOperator<Softplus>("Softplus")
{
    protected override Softplus Read(OnnxNode node, string name, int input, TensorShape shape) => new(name, input, shape);
}
