using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Selu</c> (Klambauer et al., 2017): an ELU, times a factor.</summary>
internal sealed class SeluOperator() : OnnxOperator("Selu")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        float alpha = node.Float("alpha", 1.67326319217681884765625f), gamma = node.Float("gamma", 1.05070102214813232421875f);
        string name = graph.NameOf(node);
        GraphValue elu = graph.Append(
            node, new Elu(graph.UniqueName($"{name}.elu"), x.Position, x.Shape, alpha), null, x.Order, x.Flattened);
        graph.Reserve(node, 4L * x.Shape.Channels);
        double[] factors = new double[x.Shape.Channels];
        Array.Fill(factors, gamma);
        graph.Append(
            node, ChannelScale.Layer(name, elu), ChannelScale.Parameters(factors, new double[factors.Length]), x.Order, x.Flattened);
    }
}
