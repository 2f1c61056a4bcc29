using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// <c>Conv</c>. Weights change their order twice on the way from a file to a kernel: the file has
/// <c>[filters, channels, rows, columns]</c>; a <see cref="LayerParameters"/> has TensorFlow's <c>[rows, columns, channels, filters]</c>,
/// which importer and trainer use too; a kernel packs that into blocks of filters as wide as its vectors.
/// </summary>
internal sealed class ConvOperator() : LayerOperator<Convolution>("Conv")
{
    public override void Read(OnnxNode node, OnnxTranslator graph)
    {
        GraphValue x = graph.Image(node);
        float[] weights = graph.Floats(node, 1);
        long[] shape = graph.Constant(node, 1).Dimensions;
        if (shape.Length != 4 || weights.Length == 0)
        {
            throw graph.Unsupported(node, $"its weights are of shape {OnnxNode.List(shape)}; expected 4 sizes above 0");
        }

        int filters = (int)shape[0], channels = (int)shape[1];
        (weights, shape) = WindowAttributes.Dilate(node, weights, shape, graph);
        Window window = WindowAttributes.Read(node, graph, shape[2], shape[3]);
        long groups = node.Integer("group", 1);
        if (groups < 1 || groups * channels != x.Shape.Channels)
        {
            throw graph.Unsupported(node, $"its weights read {channels} channels in {groups} groups; its input has {x.Shape.Channels}");
        }

        float[] biases = node.HasInput(2) ? [.. graph.Floats(node, 2)] : new float[filters];
        if (biases.Length != filters) throw graph.Unsupported(node, $"it has {biases.Length} biases for {filters} filters");
        Padding padding = WindowAttributes.ReadPadding(node, graph, x.Shape, window);
        Convolution layer = new(graph.NameOf(node), x.Position, x.Shape, window, padding, filters, (int)groups);
        float[] reordered = SwapOuterAxes(weights, filters, channels, window.Height * window.Width);
        graph.Append(node, layer, new LayerParameters(reordered, biases), AxisOrder.ChannelsFirst);
        graph.SetWeightScales(node, outputAxis: 0);
    }

    protected override WrittenValue Write(Convolution layer, int position, WrittenValue[] inputs, string output, OnnxWriter graph)
    {
        int filters = layer.OutputShape.Channels, channels = layer.ChannelsPerGroup, places = layer.Window.Height * layer.Window.Width;
        string weights = graph.Weights(
            position, [filters, channels, layer.Window.Height, layer.Window.Width], axis: 0,
            values => SwapOuterAxes(values, places, channels, filters), numbers => SwapOuterAxes(numbers, places, channels, filters));
        string biases = graph.Biases(position);
        WrittenValue x = graph.AsImage(inputs[0], layer.InputShape, layer.Name);
        graph.WriteNode(Name, layer.Name, [x.Name, weights, biases], output, node =>
        {
            node.WriteAttribute("group", layer.Groups);
            WindowAttributes.Write(node, layer.Window, layer.Padding);
        });
        return new WrittenValue(output, isVector: false);
    }

    /// <summary><c>[first, middle, last]</c> to <c>[last, middle, first]</c>.</summary>
    private static T[] SwapOuterAxes<T>(T[] values, int first, int middle, int last)
    {
        T[] swapped = new T[values.Length];
        for (int f = 0; f < first; f++)
        {
            for (int m = 0; m < middle; m++)
            {
                for (int l = 0; l < last; l++) swapped[(((l * middle) + m) * first) + f] = values[(((f * middle) + m) * last) + l];
            }
        }

        return swapped;
    }
}
