using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Elu</c>.</summary>
internal sealed class EluOperator() : PointwiseOperator<Elu>("Elu")
{
    protected override Elu Read(OnnxNode node, string name, int input, TensorShape shape) =>
        new(name, input, shape, node.Float("alpha", 1));

    protected override void WriteAttributes(OnnxMessage node, Elu layer) => node.WriteAttribute("alpha", layer.Alpha);
}
