using System.Runtime.InteropServices;
using Google.Protobuf;
using MicroExpNet.Models.Onnx;

namespace MicroExpNet.Training.Keras;

/// <summary>An ONNX file in the making: nodes and constants, which are written in the end.</summary>
internal sealed class OnnxGraph
{
    private const int OperatorSet = 17;
    private const int IrVersion = 8;
    private const int FloatType = 1;
    private const int Int64Type = 7;

    // The graph's nodes and constants as protocol buffer fields; the values of a constant follow its other bytes.
    private readonly List<(byte[] Field, float[] Values)> _fields = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<(KerasLayer, string), string> _weights = [];
    private long _length;

    /// <summary>A name that nothing in the graph has yet.</summary>
    /// <param name="wanted">The name, if it is free.</param>
    public string Unique(string wanted)
    {
        string name = wanted;
        for (int i = 2; !_names.Add(name); i++) name = $"{wanted}.{i}";
        return name;
    }

    /// <summary>Adds a node of one output.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="inputs">Names of what it reads.</param>
    /// <param name="wanted">Name of its output and of the node, if it is free.</param>
    /// <param name="attributes">Writes its attributes, if it has any.</param>
    /// <returns>The output's name.</returns>
    public string Node(string type, string[] inputs, string wanted, Action<OnnxMessage>? attributes = null)
    {
        string output = Unique(wanted);
        AddNode(type, inputs, output, attributes);
        return output;
    }

    /// <summary>Adds the node that gives the graph's output, under a name of its own.</summary>
    /// <param name="value">What it passes on.</param>
    /// <param name="output">The name, which was reserved before.</param>
    public void Output(string value, string output) => AddNode("Identity", [value], output, null);

    /// <summary>Adds a layer's constant once, however often the layer is called.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="role">What it is to the layer.</param>
    /// <param name="wanted">Its name, if it is free.</param>
    /// <param name="dimensions">Its shape.</param>
    /// <param name="values">Gives its values, C order.</param>
    /// <returns>Its name.</returns>
    public string Weight(KerasLayer layer, string role, string wanted, long[] dimensions, Func<float[]> values)
    {
        if (!_weights.TryGetValue((layer, role), out string? name))
        {
            name = Constant(wanted, dimensions, values());
            _weights.Add((layer, role), name);
        }

        return name;
    }

    /// <summary>Adds a constant of floats.</summary>
    /// <returns>Its name.</returns>
    public string Constant(string wanted, long[] dimensions, float[] values)
    {
        string name = Unique(wanted);
        using OnnxMessage tensor = new();
        foreach (long dimension in dimensions) tensor.Write(OnnxFields.TensorDimensions, dimension);
        tensor.Write(OnnxFields.TensorDataType, FloatType);
        tensor.Write(OnnxFields.TensorName, name);
        byte[] start = tensor.ToArray();
        int bytes = checked(values.Length * sizeof(float));
        int length = checked(
            start.Length + CodedOutputStream.ComputeTagSize(OnnxFields.TensorRawData) + CodedOutputStream.ComputeLengthSize(bytes) + bytes);
        using MemoryStream field = new();
        using (CodedOutputStream output = new(field, leaveOpen: true))
        {
            output.WriteTag(OnnxFields.GraphInitializer, WireFormat.WireType.LengthDelimited);
            output.WriteLength(length);
            output.Flush();
            field.Write(start);
            output.WriteTag(OnnxFields.TensorRawData, WireFormat.WireType.LengthDelimited);
            output.WriteLength(bytes);
        }

        Add(field.ToArray(), values);
        return name;
    }

    /// <summary>Adds a constant vector of integers.</summary>
    /// <returns>Its name.</returns>
    public string Constant(string wanted, long[] values)
    {
        string name = Unique(wanted);
        using OnnxMessage graph = new();
        graph.Write(OnnxFields.GraphInitializer, tensor =>
        {
            tensor.Write(OnnxFields.TensorDimensions, values.Length);
            tensor.Write(OnnxFields.TensorDataType, Int64Type);
            tensor.Write(OnnxFields.TensorName, name);
            tensor.Write(OnnxFields.TensorRawData, values);
        });
        Add(graph.ToArray(), []);
        return name;
    }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="input">Its input, an image.</param>
    /// <param name="output">Its output, a vector.</param>
    /// <param name="metadata">The file's metadata.</param>
    /// <exception cref="ModelFormatException">It is larger than an ONNX file can be.</exception>
    public void Write(
        Stream stream, string name, KerasValue input, KerasValue output, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using OnnxMessage end = new();
        end.Write(OnnxFields.GraphName, name);
        ValueInfo(end, OnnxFields.GraphInput, input.Name, [input.Channels, input.Height, input.Width]);
        ValueInfo(end, OnnxFields.GraphOutput, output.Name, [output.Channels]);
        Add(end.ToArray(), []);
        using OnnxMessage start = new();
        start.Write(OnnxFields.ModelIrVersion, IrVersion);
        start.Write(OnnxFields.ModelProducerName, "MicroExpNet for .NET");
        stream.Write(start.ToArray());
        using (CodedOutputStream head = new(stream, leaveOpen: true))
        {
            head.WriteTag(OnnxFields.ModelGraph, WireFormat.WireType.LengthDelimited);
            head.WriteLength((int)_length);
        }

        foreach ((byte[] field, float[] values) in _fields)
        {
            stream.Write(field);
            stream.Write(MemoryMarshal.AsBytes<float>(values));
        }

        using OnnxMessage rest = new();
        rest.Write(OnnxFields.ModelOperatorSet, set =>
        {
            set.Write(OnnxFields.OperatorSetDomain, "");
            set.Write(OnnxFields.OperatorSetVersion, OperatorSet);
        });
        foreach ((string key, string value) in metadata)
        {
            rest.Write(OnnxFields.ModelMetadata, entry =>
            {
                entry.Write(OnnxFields.EntryKey, key);
                entry.Write(OnnxFields.EntryValue, value);
            });
        }

        stream.Write(rest.ToArray());
    }

    private void AddNode(string type, string[] inputs, string output, Action<OnnxMessage>? attributes)
    {
        using OnnxMessage graph = new();
        graph.Write(OnnxFields.GraphNode, node =>
        {
            foreach (string input in inputs) node.Write(OnnxFields.NodeInput, input);
            node.Write(OnnxFields.NodeOutput, output);
            node.Write(OnnxFields.NodeName, output);
            node.Write(OnnxFields.NodeOperator, type);
            attributes?.Invoke(node);
        });
        Add(graph.ToArray(), []);
    }

    private static void ValueInfo(OnnxMessage graph, int field, string name, int[] shape) => graph.Write(field, info =>
    {
        info.Write(OnnxFields.ValueName, name);
        info.Write(OnnxFields.ValueType, type => type.Write(OnnxFields.TypeTensor, tensor =>
        {
            tensor.Write(OnnxFields.TensorTypeElement, FloatType);
            tensor.Write(OnnxFields.TensorTypeShape, sizes =>
            {
                sizes.Write(OnnxFields.ShapeDimension, batch => batch.Write(OnnxFields.DimensionParameter, "N"));
                foreach (int size in shape) sizes.Write(OnnxFields.ShapeDimension, entry => entry.Write(OnnxFields.DimensionValue, size));
            });
        }));
    });

    // Readers of protocol buffers refuse messages of 2 GiB.
    private void Add(byte[] field, float[] values)
    {
        const long most = int.MaxValue - (1 << 20);
        _fields.Add((field, values));
        _length += field.Length + ((long)values.Length * sizeof(float));
        if (_length > most) throw new ModelFormatException("the model takes more than 2 GB, which an ONNX file cannot hold");
    }
}
