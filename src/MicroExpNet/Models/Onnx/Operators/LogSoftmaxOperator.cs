using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>LogSoftmax</c> over the features of a vector.</summary>
internal sealed class LogSoftmaxOperator() : LayerOperator<LogSoftmax>("LogSoftmax")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        long axis = node.Integer("axis", graph.OperatorSet is > 0 and < 13 ? 1 : -1);
        if (x.Order != AxisOrder.Vector || x.Flattened is not null || axis is not (1 or -1))
        {
            throw graph.Unsupported(node, "only a vector's features can be normalised");
        }

        graph.Append(node, new LogSoftmax(graph.NameOf(node), x.Position, x.Shape), null, x.Order);
    }

    protected override WrittenValue Write(LogSoftmax layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        WrittenValue x = inputs[0];
        graph.WriteNode(Name, layer.Name, [x.Name], output, node => node.WriteAttribute("axis", x.IsVector ? -1 : 1));
        return x with { Name = output };
    }
}
