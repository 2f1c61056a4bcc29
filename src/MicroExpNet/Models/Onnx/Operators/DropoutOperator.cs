namespace MicroExpNet.Models.Onnx;

/// <summary><c>Dropout</c>, which does nothing but in training.</summary>
internal sealed class DropoutOperator() : OnnxOperator("Dropout")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        if (node.HasInput(2) && graph.Constant(node, 2).Integers is not [0])
        {
            throw graph.Unsupported(
                node, "it drops values at random, for the network was exported while training; export it for inference");
        }

        if (node.Outputs.Count > 1 && graph.IsRead(node.Outputs[1]))
        {
            throw graph.Unsupported(node, "its second output, the mask, is not supported");
        }

        graph.Alias(node, graph.Input(node, 0));
    }
}
