using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>HardSwish</c>.</summary>
internal sealed class HardSwishOperator() : PointwiseOperator<HardSwish>("HardSwish")
{
    protected override HardSwish Read(OnnxNode node, string name, int input, TensorShape shape) => new(name, input, shape);
}
