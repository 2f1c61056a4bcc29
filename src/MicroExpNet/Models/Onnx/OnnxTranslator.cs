using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// Translates an ONNX graph into a model, node by node. Each node's <see cref="OnnxOperator"/> appends layers or gives values another
/// meaning; this class keeps what they share: the values and constants by name, the layers so far, and the memory they may take.
/// </summary>
internal sealed class OnnxTranslator
{
    /// <summary>The largest window, stride, padding, or number of channels.</summary>
    public const int MaxWindow = 1 << 12;

    private const int MaxClasses = 1 << 16;

    private readonly OnnxGraph _graph;
    private readonly string _file;
    private readonly Dictionary<string, OnnxTensor> _constants;
    private readonly Dictionary<string, GraphValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly List<Layer> _layers = [];
    private readonly List<LayerParameters?> _parameters = [];
    private readonly Dictionary<int, TensorQuantization> _quantized = [];
    private readonly Dictionary<int, float[]> _weightScales = [];
    private readonly UniqueNames _names = new();
    private readonly CancellationToken _cancellationToken;
    private readonly long _maxBytes;
    private long _bytes;
    private TensorShape _input;

    private OnnxTranslator(OnnxGraph graph, string file, CancellationToken cancellationToken)
    {
        _graph = graph;
        _file = file;
        _cancellationToken = cancellationToken;
        _constants = new Dictionary<string, OnnxTensor>(graph.Constants, StringComparer.Ordinal);
        _maxBytes = (16 * graph.FileLength) + (1 << 20);
    }

    /// <summary>The version of the operators.</summary>
    public long OperatorSet => _graph.OperatorSet;

    /// <summary>Translates a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="file">How messages name the file.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ModelFormatException">The library has no layers for the graph.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Model Translate(OnnxGraph graph, string file, CancellationToken cancellationToken) =>
        new OnnxTranslator(graph, file, cancellationToken).Translate();

    /// <summary>An input of a node that depends on the network's input.</summary>
    public GraphValue Input(OnnxNode node, int index)
    {
        if (!node.HasInput(index)) throw Unsupported(node, $"its input {index} is missing");
        if (_values.TryGetValue(node.Inputs[index], out GraphValue value)) return value;
        throw Unsupported(node, IsConstant(node, index)
            ? $"its input {node.InputName(index)} is a constant; expected the output of a layer"
            : $"its input {node.InputName(index)} is computed by no node before it");
    }

    /// <summary>The first input of a node, an image with its channels first.</summary>
    public GraphValue Image(OnnxNode node)
    {
        GraphValue x = Input(node, 0);
        return x.Order == AxisOrder.ChannelsFirst
            ? x
            : throw Unsupported(node, $"its input {node.InputName(0)} is no image with its channels first");
    }

    /// <summary>Whether an input is a constant.</summary>
    public bool IsConstant(OnnxNode node, int index) => TryConstant(node, index, out _);

    /// <summary>An input that is a constant.</summary>
    public bool TryConstant(OnnxNode node, int index, [NotNullWhen(true)] out OnnxTensor? constant)
    {
        constant = null;
        return node.Inputs.Count > index && _constants.TryGetValue(node.Inputs[index], out constant);
    }

    /// <summary>An input that must be a constant.</summary>
    public OnnxTensor Constant(OnnxNode node, int index) =>
        TryConstant(node, index, out OnnxTensor? constant)
            ? constant
            : throw Unsupported(node, $"its input {index} is not a constant in the file");

    /// <summary>
    /// An input that must be a constant of finite floats. The array belongs to the constant: it may be shared, not written to.
    /// </summary>
    public float[] Floats(OnnxNode node, int index)
    {
        OnnxTensor constant = Constant(node, index);
        if (constant.Floats is null) throw Unsupported(node, $"its constant {node.InputName(index)} is not of type float");
        return constant.IsFinite
            ? constant.Floats
            : throw Unsupported(node, $"its constant {node.InputName(index)} holds a value that is not finite");
    }

    /// <summary>Makes a node's output a constant.</summary>
    /// <param name="node">The node.</param>
    /// <param name="constant">The constant.</param>
    public void SetConstant(OnnxNode node, OnnxTensor constant)
    {
        // A copy is counted, another name is not.
        if (!TryConstant(node, 0, out OnnxTensor? before) || before != constant) Reserve(node, 2 * constant.Count);
        _constants[node.Outputs[0]] = constant;
    }

    /// <summary>
    /// Counts values that a node is about to allocate against what the model may take: a few times the file. A small file could otherwise
    /// have one constant reordered for many layers, or spread over many channels.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="values">Floats.</param>
    public void Reserve(OnnxNode node, long values)
    {
        _bytes += values * sizeof(float);
        if (_bytes > _maxBytes)
        {
            throw Unsupported(
                node,
                $"what is made of the file's constants, up to this node, takes more than {_maxBytes} bytes: "
                + "16 times the file's size, and 1 MiB");
        }
    }

    /// <summary>Whether any node reads a value, or the graph gives it.</summary>
    public bool IsRead(string value) => _readers.ContainsKey(value);

    /// <summary>A name for a node's layer that no layer has yet.</summary>
    public string NameOf(OnnxNode node) => UniqueName(node.Name.Length > 0 ? node.Name : $"{node.Operator}_{_layers.Count}");

    /// <summary>A name that no layer has yet.</summary>
    public string UniqueName(string wanted) => _names.Unique(wanted);

    /// <summary>Appends a layer, whose output becomes the node's.</summary>
    /// <param name="node">The node.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="parameters">Its parameters; null for layers without.</param>
    /// <param name="order">How the graph sees its output's axes.</param>
    /// <param name="flattened">See <see cref="GraphValue.Flattened"/>.</param>
    /// <returns>Its output.</returns>
    public GraphValue Append(OnnxNode node, Layer layer, LayerParameters? parameters, AxisOrder order, TensorShape? flattened = null)
    {
        Reserve(node, layer.ParameterCount);
        if (parameters is { AreFinite: false })
        {
            throw Unsupported(node, "its weights, times its factors, are not all finite numbers");
        }

        _layers.Add(layer);
        _parameters.Add(parameters);
        GraphValue output = new(_layers.Count - 1, layer.OutputShape, order, IsExclusive(node.Outputs[0])) { Flattened = flattened };
        _values[node.Outputs[0]] = output;
        return output;
    }

    /// <summary>Makes a node's output the same values as an earlier one, perhaps seen in another way.</summary>
    public void Alias(OnnxNode node, GraphValue x) =>
        _values[node.Outputs[0]] = x with { Exclusive = x.Exclusive && IsExclusive(node.Outputs[0]) };

    /// <summary>
    /// Folds a factor and a shift for each channel into the layer before, if that is linear, not quantised and read by this node alone.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="x">What it reads.</param>
    /// <param name="scales">The factors; null for 1.</param>
    /// <param name="shifts">The shifts.</param>
    /// <returns>Whether it did.</returns>
    public bool TryFold(OnnxNode node, GraphValue x, double[]? scales, double[] shifts)
    {
        if (!x.Exclusive || x.Position < 0 || _layers[x.Position] is not (Convolution or FullyConnected) ||
            _weightScales.ContainsKey(x.Position))
        {
            return false;
        }

        LayerParameters before = _parameters[x.Position]!;
        Reserve(node, (scales is null ? 0 : before.Weights.Length) + before.Biases.Length);
        float[] weights = before.Weights, biases = new float[before.Biases.Length];
        if (scales is not null)
        {
            weights = new float[weights.Length];
            for (int i = 0; i < weights.Length; i++) weights[i] = (float)(before.Weights[i] * scales[i % scales.Length]);
        }

        for (int i = 0; i < biases.Length; i++) biases[i] = (float)((before.Biases[i] * (scales?[i] ?? 1)) + shifts[i]);
        LayerParameters folded = new(weights, biases);
        if (!folded.AreFinite) throw Unsupported(node, "with its factors, the weights before it are not all finite numbers");
        _parameters[x.Position] = folded;
        Alias(node, x);
        return true;
    }

    /// <summary>Whether a layer's output, by itself, becomes bytes.</summary>
    public bool IsQuantized(int position) => _quantized.ContainsKey(position);

    /// <summary>How a layer's output becomes bytes; a vector made of an image has the image's bytes. Null for floats.</summary>
    public TensorQuantization? QuantizationOf(int position)
    {
        while (!_quantized.ContainsKey(position) && position != Layer.NetworkInput && _layers[position] is Flatten flatten)
        {
            position = flatten.Inputs[0];
        }

        return _quantized.TryGetValue(position, out TensorQuantization own) ? own : null;
    }

    /// <summary>Lets a layer's output become bytes.</summary>
    public void Quantize(int position, TensorQuantization quantization) => _quantized[position] = quantization;

    /// <summary>
    /// Remembers the scales of the weights, a node's second input, of the layer appended last; does nothing where they are floats.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="outputAxis">The axis of the outputs in the file's weights.</param>
    public void SetWeightScales(OnnxNode node, int outputAxis)
    {
        if (Constant(node, 1) is not { Scales: { } scales } constant) return;
        if (scales.Length > 1 && constant.ScaleAxis != outputAxis)
        {
            throw Unsupported(node, "its weights have scales along another axis than its output channels");
        }

        int channels = _layers[^1].OutputShape.Channels;
        _weightScales[_layers.Count - 1] = scales.Length == channels ? scales : Repeat(scales[0], channels);
    }

    /// <summary>The exception that says what is wrong with a node.</summary>
    public ModelFormatException Unsupported(OnnxNode node, string why) => Unsupported($"{node.Display}: {why}");

    private Model Translate()
    {
        if (!_graph.HasGraph) throw Unsupported("it holds no ONNX graph");
        foreach (OnnxNode node in _graph.Nodes)
        {
            foreach (string input in node.Inputs) CountReader(input);
        }

        foreach (OnnxValueInfo output in _graph.Outputs) CountReader(output.Name);
        (string name, GraphValue images) = new GraphInput(_graph, _file).Read();
        _input = images.Shape;
        _values[name] = images;
        foreach (OnnxNode node in _graph.Nodes) Translate(node);
        return Finish(FindOutput());
    }

    private void CountReader(string name) => _readers[name] = _readers.GetValueOrDefault(name) + 1;

    private bool IsExclusive(string output) => _readers.GetValueOrDefault(output) == 1;

    private void Translate(OnnxNode node)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (node.Domain is not ("" or "ai.onnx"))
        {
            throw Unsupported(node, $"operators of domain '{OnnxNode.Cut(node.Domain)}' are not supported");
        }

        if (node.Outputs.Count == 0) throw Unsupported(node, "it has no output");
        OnnxOperator operation = OnnxOperators.Find(node.Operator)
            ?? throw Unsupported(node, $"this operator is not supported; supported are {string.Join(", ", OnnxOperators.Names)}");
        try
        {
            operation.Read(node, this);
            Release(node);
        }
        catch (ArgumentException e)
        {
            // The layer's own check; its message names the layer.
            throw Unsupported($"{node.Display}: {FirstLine(e)}");
        }
    }

    // Constants that nothing else reads are let go, so that a model is not held twice while it is read.
    private void Release(OnnxNode node)
    {
        foreach (string input in node.Inputs)
        {
            if (IsExclusive(input)) _constants.Remove(input);
        }
    }

    private GraphValue FindOutput()
    {
        OnnxValueInfo[] outputs = _graph.Outputs.Count == 1
            ? [_graph.Outputs[0]]
            : [.. _graph.Outputs.Where(output => output.Name == "logits")];
        if (outputs.Length != 1) throw Unsupported($"it has {_graph.Outputs.Count} outputs; expected one, or one called 'logits'");
        string name = OnnxNode.Cut(outputs[0].Name);
        if (!_values.TryGetValue(outputs[0].Name, out GraphValue output)) throw Unsupported($"its output '{name}' is computed by no node");
        if (output.Position == Layer.NetworkInput) throw Unsupported("its output is its input; expected layers between them");
        if (output.Flattened is not null)
        {
            throw Unsupported($"its output '{name}' is an image flattened channels first; expected a vector of logits");
        }

        return output;
    }

    private Model Finish(GraphValue output)
    {
        (List<Layer> layers, List<LayerParameters?> parameters, ModelQuantization? quantization) = Needed(output.Position);
        string name = CardMetadata.ReadName(_graph.Metadata) ?? (_graph.Name.Length > 0 ? _graph.Name : "model");
        IReadOnlyList<string> labels = CardMetadata.ReadLabels(_graph.Metadata, _file)
            ?? NumberedLabels(output.Order == AxisOrder.ChannelsFirst ? output.Shape.Channels : output.Shape.Length);
        try
        {
            return new Model(
                new Architecture(name, _input, layers, labels), parameters, CardMetadata.Read(_graph.Metadata, _file), quantization);
        }
        catch (ArgumentException e)
        {
            throw Unsupported(FirstLine(e));
        }
    }

    // The layers that the output depends on; it becomes the last.
    private (List<Layer> Layers, List<LayerParameters?> Parameters, ModelQuantization? Quantization) Needed(int output)
    {
        bool[] needed = new bool[_layers.Count];
        needed[output] = true;
        for (int i = output; i >= 0; i--)
        {
            if (!needed[i]) continue;
            foreach (int input in _layers[i].Inputs)
            {
                if (input != Layer.NetworkInput) needed[input] = true;
            }
        }

        List<Layer> layers = [];
        List<LayerParameters?> parameters = [];
        List<float[]> weightScales = [];
        TensorQuantization?[] outputs = new TensorQuantization?[_layers.Count];
        int[] positions = new int[_layers.Count];
        for (int i = 0; i <= output; i++)
        {
            if (!needed[i]) continue;
            positions[i] = layers.Count;
            ImmutableArray<int> inputs = _layers[i].Inputs;
            layers.Add(_layers[i].WithInputs([.. inputs.Select(input => input == Layer.NetworkInput ? input : positions[input])]));
            parameters.Add(_parameters[i]);
            outputs[positions[i]] = QuantizationOf(i);
            weightScales.Add(_weightScales.GetValueOrDefault(i, []));
        }

        if (_quantized.Count == 0 && _weightScales.Count == 0) return (layers, parameters, null);
        return (layers, parameters, new ModelQuantization(QuantizationOf(Layer.NetworkInput), outputs[..layers.Count], [.. weightScales]));
    }

    private static float[] Repeat(float value, int count)
    {
        float[] values = new float[count];
        Array.Fill(values, value);
        return values;
    }

    private string[] NumberedLabels(int count) => count <= MaxClasses
        ? [.. Enumerable.Range(0, count).Select(i => $"class {i}")]
        : throw Unsupported($"it has {count} outputs; expected at most {MaxClasses} classes");

    private ModelFormatException Unsupported(string why) => new($"{_file}: {why}");

    // ArgumentException appends the parameter's name to its message.
    private static string FirstLine(ArgumentException e) =>
        e.ParamName is null ? e.Message : e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
}
