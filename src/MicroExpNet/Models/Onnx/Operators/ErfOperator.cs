using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Erf</c>.</summary>
internal sealed class ErfOperator() : PointwiseOperator<Erf>("Erf")
{
    protected override Erf Read(OnnxNode node, string name, int input, TensorShape shape) => new(name, input, shape);
}
