using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>What <c>Gemm</c> and <c>MatMul</c> by a constant matrix share: both become a fully connected layer.</summary>
internal static class FullyConnectedReader
{
    /// <summary>The node's second input as <c>[inputs, outputs]</c>.</summary>
    public static (float[] Weights, int Inputs, int Outputs) Matrix(OnnxNode node, bool isTransposed, OnnxTranslator graph)
    {
        float[] weights = graph.Floats(node, 1);
        if (graph.Constant(node, 1).Dimensions is not [long rows, long columns] || rows < 1 || columns < 1)
        {
            throw graph.Unsupported(node, "its weights are no matrix");
        }

        return isTransposed
            ? (TransposeOperator.Transpose(weights, (int)rows, (int)columns), (int)columns, (int)rows)
            : (weights, (int)rows, (int)columns);
    }

    /// <summary>Appends the layer.</summary>
    /// <param name="node">The node.</param>
    /// <param name="weights"><c>[inputs, outputs]</c>, the inputs in the graph's order.</param>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="biases"><c>[outputs]</c>.</param>
    /// <param name="outputAxis">The axis of the outputs in the file's matrix.</param>
    /// <param name="graph">The translation.</param>
    public static void Append(OnnxNode node, float[] weights, int inputs, float[] biases, int outputAxis, OnnxTranslator graph)
    {
        GraphValue x = graph.Input(node, 0);
        if (x.Order != AxisOrder.Vector)
        {
            throw graph.Unsupported(node, $"its input {node.InputName(0)} is no vector; expected a Flatten or Reshape before it");
        }

        if (inputs != x.Shape.Length) throw graph.Unsupported(node, $"its weights read {inputs} values; its input has {x.Shape.Length}");
        if (x.GraphIndexes() is { } rows)
        {
            int outputs = biases.Length;
            float[] reordered = new float[weights.Length];
            for (int i = 0; i < inputs; i++) weights.AsSpan(rows[i] * outputs, outputs).CopyTo(reordered.AsSpan(i * outputs));
            weights = reordered;
        }

        FullyConnected layer = new(graph.NameOf(node), x.Position, x.Shape, biases.Length);
        graph.Append(node, layer, new LayerParameters(weights, biases), AxisOrder.Vector);
        graph.SetWeightScales(node, outputAxis);
    }
}
