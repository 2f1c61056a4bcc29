using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Softmax</c> over the features of a vector.</summary>
internal sealed class SoftmaxOperator() : NormalizationOperator<Softmax>("Softmax")
{
    protected override Softmax Read(string name, int input, TensorShape shape) => new(name, input, shape);
}
