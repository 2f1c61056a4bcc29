namespace MicroExpNet.Models.Onnx;

/// <summary><c>Sub</c>, where one side is a constant.</summary>
internal sealed class SubOperator() : OnnxOperator("Sub")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        int constant = ConstantArithmetic.Read(node, graph, (a, b) => a - b, (a, b) => unchecked(a - b));
        if (constant == 2) return;
        if (constant < 0) throw graph.Unsupported(node, "it subtracts two layers; expected a constant on one side");
        GraphValue x = graph.Input(node, 1 - constant);
        double[] values = ChannelScale.PerChannel(node, constant, x, graph);
        if (constant == 0) ChannelScale.Apply(node, x, Array.ConvertAll(values, _ => -1.0), values, graph);
        else ChannelScale.Apply(node, x, null, Array.ConvertAll(values, value => -value), graph);
    }
}
