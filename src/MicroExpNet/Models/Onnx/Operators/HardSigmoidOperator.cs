using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>HardSigmoid</c>.</summary>
internal sealed class HardSigmoidOperator() : PointwiseOperator<HardSigmoid>("HardSigmoid")
{
    protected override HardSigmoid Read(OnnxNode node, string name, int input, TensorShape shape) =>
        new(name, input, shape, node.Float("alpha", 0.2f), node.Float("beta", 0.5f));

    protected override void WriteAttributes(OnnxMessage node, HardSigmoid layer)
    {
        node.WriteAttribute("alpha", layer.Alpha);
        node.WriteAttribute("beta", layer.Beta);
    }
}
