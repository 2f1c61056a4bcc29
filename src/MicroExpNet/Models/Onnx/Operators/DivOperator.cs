namespace MicroExpNet.Models.Onnx;

/// <summary><c>Div</c> by a constant.</summary>
internal sealed class DivOperator() : OnnxOperator("Div")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        int constant = ConstantArithmetic.Read(
            node, graph, (a, b) => a / b, (a, b) => b is 0 or -1 ? throw graph.Unsupported(node, $"it divides by {b}") : a / b);
        if (constant == 2) return;
        if (constant != 1) throw graph.Unsupported(node, "it divides by a layer; expected a constant");
        GraphValue x = graph.Input(node, 0);
        double[] divisors = ChannelScale.PerChannel(node, constant, x, graph);
        if (divisors.Contains(0)) throw graph.Unsupported(node, "it divides by 0");
        ChannelScale.Apply(node, x, Array.ConvertAll(divisors, value => 1 / value), new double[divisors.Length], graph);
    }
}
