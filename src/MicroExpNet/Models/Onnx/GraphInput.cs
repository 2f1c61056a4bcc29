using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>Finds a graph's input, the images, and the order of its axes.</summary>
/// <param name="graph">The graph.</param>
/// <param name="file">How messages name the file.</param>
internal sealed class GraphInput(OnnxGraph graph, string file)
{
    private const int MaxSize = OnnxTranslator.MaxWindow * OnnxTranslator.MaxWindow;

    /// <summary>The input's name and value.</summary>
    /// <exception cref="ModelFormatException">The graph has no such input, or its shape is open or too large.</exception>
    public (string Name, GraphValue Value) Read()
    {
        List<OnnxValueInfo> inputs = [.. graph.Inputs.Where(input => !graph.Constants.ContainsKey(input.Name))];
        if (inputs.Count != 1) throw Unsupported($"it has {inputs.Count} inputs; expected one, the images");
        OnnxValueInfo info = inputs[0];
        string name = OnnxNode.Cut(info.Name);
        if (info.ElementType != OnnxGraph.FloatType) throw Unsupported($"its input '{name}' is not of type float");
        if (info.Dimensions is null) throw Unsupported($"its input '{name}' has no shape; expected [batch, 1, height, width]");
        string shape = info.Dimensions.Length <= 8
            ? $"[{string.Join(',', info.Dimensions.Select(d => d?.ToString() ?? "?"))}]"
            : $"of {info.Dimensions.Length} dimensions";
        long[] dimensions = [.. info.Dimensions.Skip(1).Select(d => d ?? 0)];

        // A network for images of any size says in its card which size it is described for.
        if (info.Dimensions is [_, not null, null, null] && CardMetadata.ReadInputSize(graph.Metadata, file) is { } size)
        {
            (dimensions[1], dimensions[2]) = size;
        }

        AxisOrder order = AxisOrder.Vector;
        if (dimensions.Length == 1 && ReshapedAtOnce(info.Name) is { } image) dimensions = image;
        if (dimensions.Length == 3) order = IsChannelsLast(info.Name, dimensions) ? AxisOrder.ChannelsLast : AxisOrder.ChannelsFirst;
        if (dimensions.Length is not (1 or 3) || Array.Exists(dimensions, d => d is < 1 or > MaxSize))
        {
            throw Unsupported($"its input '{name}' is {shape}; expected [batch, channels, height, width] with all but the batch fixed");
        }

        int[] sizes = Array.ConvertAll(dimensions, d => (int)d);
        TensorShape input = order switch
        {
            AxisOrder.Vector => TensorShape.Vector(sizes[0]),
            AxisOrder.ChannelsLast => new TensorShape(sizes[0], sizes[1], sizes[2]),
            _ => new TensorShape(sizes[1], sizes[2], sizes[0]),
        };
        if ((double)sizes[0] * sizes.ElementAtOrDefault(1) * sizes.ElementAtOrDefault(2) > MaxSize)
        {
            throw Unsupported($"its input '{name}' is {shape}, too large for this library");
        }

        return (info.Name, new GraphValue(Layer.NetworkInput, input, order, exclusive: false));
    }

    // A flat input that a Reshape makes an image at once, as TensorFlow programs write it.
    private long[]? ReshapedAtOnce(string input) =>
        Readers(input) is [{ Operator: "Reshape", Inputs: [_, string shape] }] &&
            graph.Constants.TryGetValue(shape, out OnnxTensor? target) &&
        target.Integers is { Length: 4 } sizes
            ? sizes[1..]
            : null;

    // Pixels may be scaled and shifted before their channels are brought first.
    private bool IsChannelsLast(string input, long[] dimensions)
    {
        OnnxNode[] readers = Readers(input);
        for (int i = 0; i < 4; i++)
        {
            if (readers is not [{ Operator: "Identity" or "Cast" or "Add" or "Sub" or "Mul" or "Div", Outputs: [string next] }]) break;
            readers = Readers(next);
        }

        return readers.Length > 0 && readers.All(node =>
            (node.Operator == "Transpose" && node.Integers("perm") is [0, 3, 1, 2]) ||
            (node.Operator == "Reshape" && dimensions[2] is 1 or 3 && dimensions[0] is not (1 or 3)));
    }

    private OnnxNode[] Readers(string input) => [.. graph.Nodes.Where(node => node.Inputs.Contains(input))];

    private ModelFormatException Unsupported(string why) => new($"{file}: {why}");
}
