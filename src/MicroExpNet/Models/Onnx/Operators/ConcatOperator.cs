using System.Collections.Immutable;
using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Concat</c> of layers along their channels, or of constant lists.</summary>
internal sealed class ConcatOperator() : LayerOperator<Concat>("Concat")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        if (node.Inputs.Count > 0 && Enumerable.Range(0, node.Inputs.Count).All(i => graph.IsConstant(node, i)))
        {
            ConcatConstants(node, graph);
            return;
        }

        GraphValue[] values = [.. Enumerable.Range(0, node.Inputs.Count).Select(i => graph.Input(node, i))];
        if (values.Length == 0) throw graph.Unsupported(node, "it has no input");
        GraphValue first = values[0];
        long axis = node.Integer("axis", 1), rank = ReshapeOperator.Dimensions(first).Length + 1;
        if (axis < 0) axis += rank;
        if (axis != (first.Order == AxisOrder.ChannelsLast ? 3 : 1) ||
            values.Any(value => value.Order != first.Order || value.Flattened is not null))
        {
            throw graph.Unsupported(node, $"axis {axis} is not supported for these inputs; expected that of the channels, in one order");
        }

        Append(node, values, graph);
    }

    /// <summary>Appends the layer.</summary>
    public static void Append(OnnxNode node, GraphValue[] values, OnnxTranslator graph)
    {
        ImmutableArray<int> inputs = [.. values.Select(value => value.Position)];
        TensorShape[] shapes = [.. values.Select(value => value.Shape)];
        graph.Append(node, new Concat(graph.NameOf(node), inputs, shapes), null, values[0].Order);
    }

    protected override WrittenValue Write(Concat layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        if (inputs.Any(x => x.IsVector)) inputs = [.. inputs.Select((x, i) => graph.AsVector(x, $"{layer.Name}.{i}"))];
        graph.WriteNode(Name, layer.Name, [.. inputs.Select(x => x.Name)], output, node => node.WriteAttribute("axis", 1));
        return new WrittenValue(output, inputs[0].IsVector);
    }

    private static void ConcatConstants(OnnxNode node, OnnxTranslator graph)
    {
        List<long> all = [];
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            OnnxTensor part = graph.Constant(node, i);
            if (part.Dimensions.Length > 1 || part.Integers is null || all.Count + part.Count > OnnxTensor.MaxFolded)
            {
                throw graph.Unsupported(node, "of constants, only lists of whole numbers can be concatenated");
            }

            all.AddRange(part.Integers);
        }

        graph.SetConstant(node, new OnnxTensor([all.Count], [.. all]));
    }
}
