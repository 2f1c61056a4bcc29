using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// <c>PRelu</c> with constant slopes: a leaky ReLU if there is one slope; if each channel has its own, <c>s · x + (1 − s) · max(x, 0)</c>.
/// </summary>
internal sealed class PReluOperator() : OnnxOperator("PRelu")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        string name = graph.NameOf(node);
        if (graph.Floats(node, 1) is [float alpha])
        {
            graph.Append(node, new LeakyRelu(name, x.Position, x.Shape, alpha), null, x.Order, x.Flattened);
            return;
        }

        double[] slopes = ChannelScale.PerChannel(node, 1, x, graph);
        GraphValue below = graph.Append(
            node, ChannelScale.Layer(graph.UniqueName($"{name}.slope"), x), ChannelScale.Parameters(slopes, new double[slopes.Length]),
            x.Order, x.Flattened);
        GraphValue above = graph.Append(node, new Relu(graph.UniqueName($"{name}.relu"), x.Position, x.Shape), null, x.Order, x.Flattened);
        above = graph.Append(
            node, ChannelScale.Layer(
                graph.UniqueName($"{name}.rest"), above), ChannelScale.Parameters(Array.ConvertAll(slopes, slope => 1 - slope),
                new double[slopes.Length]), x.Order, x.Flattened);
        graph.Append(node, new Add(name, below.Position, above.Position, x.Shape, x.Shape), null, x.Order, x.Flattened);
    }
}
