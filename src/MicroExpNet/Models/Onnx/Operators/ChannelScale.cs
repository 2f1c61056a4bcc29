using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>Constants that multiply and shift each channel: batch normalisation, and constants that are added or multiplied.</summary>
internal static class ChannelScale
{
    /// <summary>
    /// Multiplies and shifts each channel: folded into the layer before it if that is linear, not quantised and read by this node alone,
    /// otherwise as a depthwise 1×1 convolution of its own.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="x">What it reads.</param>
    /// <param name="scales">A factor for each channel, in the library's order; null for 1.</param>
    /// <param name="shifts">What is then added to each channel.</param>
    /// <param name="graph">The translation.</param>
    public static void Apply(OnnxNode node, GraphValue x, double[]? scales, double[] shifts, OnnxTranslator graph)
    {
        if (graph.TryFold(node, x, scales, shifts)) return;
        graph.Reserve(node, 2L * x.Shape.Channels);
        graph.Append(node, Layer(graph.NameOf(node), x), Parameters(scales, shifts), x.Order, x.Flattened);
    }

    /// <summary>The layer that multiplies and shifts each channel: a depthwise 1×1 convolution.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="x">What it reads.</param>
    public static Convolution Layer(string name, GraphValue x) =>
        new(name, x.Position, x.Shape, Window.Square(1, 1), default, x.Shape.Channels, x.Shape.Channels);

    /// <summary>That layer's parameters.</summary>
    /// <param name="scales">The factors; null for 1.</param>
    /// <param name="shifts">The shifts, as many.</param>
    public static LayerParameters Parameters(double[]? scales, double[] shifts)
    {
        float[] weights = new float[shifts.Length], biases = new float[shifts.Length];
        for (int i = 0; i < shifts.Length; i++) (weights[i], biases[i]) = (scales is null ? 1 : (float)scales[i], (float)shifts[i]);
        return new LayerParameters(weights, biases);
    }

    /// <summary>A constant operand with one value for all or for each channel, as one for each channel in the library's order.</summary>
    public static double[] PerChannel(OnnxNode node, int input, GraphValue x, OnnxTranslator graph)
    {
        float[] values = graph.Floats(node, input);
        long[] shape = graph.Constant(node, input).Dimensions;
        int channels = x.Shape.Channels;
        graph.Reserve(node, 2L * channels);
        double[] result = new double[channels];
        if (values.Length == 1)
        {
            Array.Fill(result, values[0]);
            return result;
        }

        bool fits = values.Length == channels && x.Order switch
        {
            AxisOrder.ChannelsFirst => shape is [_, 1, 1] or [1, _, 1, 1],
            AxisOrder.Column => shape is [_, 1] or [1, _, 1],
            _ => shape[^1] == channels,
        };
        if (!fits)
        {
            throw graph.Unsupported(
                node, $"its constant of shape {OnnxNode.List(shape)} meets {x.Shape}; expected one value, or one for each channel");
        }

        int[]? order = x.GraphIndexes();
        for (int i = 0; i < channels; i++) result[i] = values[order is null ? i : order[i]];
        return result;
    }
}
