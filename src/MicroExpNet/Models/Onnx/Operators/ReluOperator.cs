using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Relu</c>.</summary>
internal sealed class ReluOperator() : PointwiseOperator<Relu>("Relu")
{
    protected override Relu Read(OnnxNode node, string name, int input, TensorShape shape) => new(name, input, shape);
}
