namespace MicroExpNet.Models.Onnx;

/// <summary><c>Identity</c>: the output is the input by another name.</summary>
internal sealed class IdentityOperator() : OnnxOperator("Identity")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        if (graph.TryConstant(node, 0, out OnnxTensor? constant)) graph.SetConstant(node, constant);
        else graph.Alias(node, graph.Input(node, 0));
    }
}
