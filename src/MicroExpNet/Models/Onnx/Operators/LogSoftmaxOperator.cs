using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>LogSoftmax</c> over the features of a vector.</summary>
internal sealed class LogSoftmaxOperator() : NormalizationOperator<LogSoftmax>("LogSoftmax")
{
    protected override LogSoftmax Read(string name, int input, TensorShape shape) => new(name, input, shape);
}
