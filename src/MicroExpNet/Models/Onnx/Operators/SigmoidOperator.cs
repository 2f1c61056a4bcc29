using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Sigmoid</c>.</summary>
internal sealed class SigmoidOperator() : PointwiseOperator<Sigmoid>("Sigmoid")
{
    protected override Sigmoid Read(OnnxNode node, string name, int input, TensorShape shape) => new(name, input, shape);
}
