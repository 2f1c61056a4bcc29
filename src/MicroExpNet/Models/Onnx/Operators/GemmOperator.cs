using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary><c>Gemm</c> by a constant matrix: a fully connected layer.</summary>
internal sealed class GemmOperator() : LayerOperator<FullyConnected>("Gemm")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        if (node.Integer("transA", 0) != 0) throw graph.Unsupported(node, "transA is not supported");
        bool isTransposed = node.Integer("transB", 0) != 0;
        (float[] weights, int inputs, int outputs) = FullyConnectedReader.Matrix(node, isTransposed, graph);
        float alpha = node.Float("alpha", 1), beta = node.Float("beta", 1);
        float[] biases = new float[outputs];
        if (node.HasInput(2))
        {
            float[] values = graph.Floats(node, 2);
            if (values.Length != 1 && values.Length != outputs)
            {
                throw graph.Unsupported(node, $"it has {values.Length} biases for {outputs} outputs");
            }

            for (int i = 0; i < outputs; i++) biases[i] = beta * values[values.Length == 1 ? 0 : i];
        }

        if (alpha != 1)
        {
            if (graph.Constant(node, 1).Scales is not null) throw graph.Unsupported(node, "alpha is not supported for 8-bit weights");
            weights = [.. weights.Select(weight => alpha * weight)];
        }

        FullyConnectedReader.Append(node, weights, inputs, biases, isTransposed ? 0 : 1, graph);
    }

    protected override WrittenValue Write(FullyConnected layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        WrittenValue x = inputs[0].IsVector ? inputs[0] : graph.Quantized(layer.Inputs[0], graph.AsVector(inputs[0], layer.Name));
        string weights = graph.Weights(
            position, [layer.InputCount, layer.OutputShape.Channels], axis: 1,
            values => ToGraphRows(values, layer, x.Flattened), numbers => ToGraphRows(numbers, layer, x.Flattened));
        string biases = graph.Biases(position);
        graph.WriteNode(Name, layer.Name, [x.Name, weights, biases], output);
        return new WrittenValue(output, isVector: true);
    }

    // The rows of weights that read an image flattened channels first.
    private static T[] ToGraphRows<T>(T[] weights, FullyConnected layer, TensorShape? flattened)
    {
        if (flattened is not { } image) return weights;
        int outputs = layer.OutputShape.Channels;
        T[] reordered = new T[weights.Length];
        int[] rows = GraphValue.ChannelsFirstIndexes(image);
        for (int i = 0; i < rows.Length; i++) weights.AsSpan(i * outputs, outputs).CopyTo(reordered.AsSpan(rows[i] * outputs));
        return reordered;
    }
}
