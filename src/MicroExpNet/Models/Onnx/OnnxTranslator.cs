using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// Turns an ONNX graph into an architecture with parameters: follows the nodes in order, folds constant factors into the layers before
/// them, keeps track of the axes' order, and refuses what the engine has no layer for by naming node and operator.
/// </summary>
internal sealed partial class OnnxTranslator
{
    private const int MaxWindow = 1 << 12;

    private readonly OnnxGraph _graph;
    private readonly string _file;
    private readonly Dictionary<string, OnnxTensor> _constants;
    private readonly Dictionary<string, Activation> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly List<Layer> _layers = [];
    private readonly List<LayerParameters?> _parameters = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private TensorShape _input;

    private OnnxTranslator(OnnxGraph graph, string file)
    {
        _graph = graph;
        _file = file;
        _constants = new Dictionary<string, OnnxTensor>(graph.Constants, StringComparer.Ordinal);
    }

    /// <summary>Translates a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="file">What messages call the file.</param>
    /// <exception cref="ModelFormatException">The graph is none that the engine can run.</exception>
    public static Model Translate(OnnxGraph graph, string file) => new OnnxTranslator(graph, file).Translate();

    private Model Translate()
    {
        if (!_graph.HasGraph) throw Refuse("it holds no ONNX graph");
        foreach (OnnxNode node in _graph.Nodes)
        {
            foreach (string input in node.Inputs) Count(input);
        }

        foreach (OnnxValueInfo output in _graph.Outputs) Count(output.Name);
        TakeInput();
        foreach (OnnxNode node in _graph.Nodes)
        {
            try
            {
                TranslateNode(node);
            }
            catch (ArgumentException e)
            {
                // The layer's own check; its message names the layer.
                throw Refuse($"{node.Display}: {FirstLine(e)}");
            }
        }

        return Finish(TakeOutput());
    }

    private void Count(string name) => _readers[name] = _readers.GetValueOrDefault(name) + 1;

    private void TranslateNode(OnnxNode node)
    {
        if (node.Domain is not ("" or "ai.onnx")) throw Refuse(node, $"operators of domain '{node.Domain}' are not supported");
        if (node.Outputs.Count == 0) throw Refuse(node, "it has no output");
        switch (node.Operator)
        {
            case "Constant": TakeConstant(node); break;
            case "Identity": TakeIdentity(node); break;
            case "Conv": TakeConvolution(node); break;
            case "MaxPool": TakeMaxPool(node); break;
            case "AveragePool": TakeAveragePool(node); break;
            case "GlobalAveragePool": TakeGlobalAveragePool(node); break;
            case "Relu": TakeActivation(node, (name, x) => new Relu(name, x.Position, x.Shape)); break;
            case "Clip": TakeClip(node); break;
            case "HardSwish": TakeActivation(node, (name, x) => new HardSwish(name, x.Position, x.Shape)); break;
            case "Softmax": TakeSoftmax(node); break;
            case "Flatten": TakeFlatten(node); break;
            case "Reshape": TakeReshape(node); break;
            case "Transpose": TakeTranspose(node); break;
            case "Gemm": TakeGemm(node); break;
            case "MatMul": TakeMatMul(node); break;
            case "Add": TakeAdd(node); break;
            case "BatchNormalization": TakeBatchNormalization(node); break;
            case "QuantizeLinear": TakeQuantizeLinear(node); break;
            case "DequantizeLinear": TakeDequantizeLinear(node); break;
            default:
                throw Refuse(
                    node,
                    "this operator is not supported; the engine has Conv, Relu, MaxPool, AveragePool, GlobalAveragePool, Flatten, Reshape, Transpose, Gemm, MatMul, Add, BatchNormalization, Clip, HardSwish, Softmax, QuantizeLinear, DequantizeLinear, Constant and Identity");
        }
    }

    private void TakeInput()
    {
        List<OnnxValueInfo> inputs = [.. _graph.Inputs.Where(input => !_constants.ContainsKey(input.Name))];
        if (inputs.Count != 1) throw Refuse($"it has {inputs.Count} inputs; expected one, the images");
        OnnxValueInfo info = inputs[0];
        if (info.ElementType != OnnxGraph.FloatType) throw Refuse($"its input '{info.Name}' is not of type float");
        if (info.Dimensions is null) throw Refuse($"its input '{info.Name}' has no shape; expected [batch, 1, height, width]");
        string shape = $"[{string.Join(',', info.Dimensions.Select(d => d?.ToString() ?? "?"))}]";
        long[] dimensions = [.. info.Dimensions.Skip(1).Select(d => d ?? 0)];

        // A network for images of any size says in its card which size it is described for.
        if (info.Dimensions is [_, not null, null, null] && CardMetadata.ReadInputSize(_graph.Metadata, _file) is { } size) (dimensions[1], dimensions[2]) = size;
        AxisOrder order = AxisOrder.Vector;
        if (dimensions.Length == 1 && InputReshape(info.Name) is { } image) dimensions = image;
        if (dimensions.Length == 3) order = IsChannelsLast(info.Name, dimensions) ? AxisOrder.ChannelsLast : AxisOrder.ChannelsFirst;
        if (dimensions.Length is not (1 or 3) || dimensions.Any(d => d is < 1 or > MaxWindow * MaxWindow))
        {
            throw Refuse($"its input '{info.Name}' is {shape}; expected [batch, channels, height, width] with all but the batch fixed");
        }

        int[] sizes = [.. dimensions.Select(d => (int)d)];
        _input = order switch
        {
            AxisOrder.Vector => TensorShape.Vector(sizes[0]),
            AxisOrder.ChannelsLast => new TensorShape(sizes[0], sizes[1], sizes[2]),
            _ => new TensorShape(sizes[1], sizes[2], sizes[0]),
        };
        if ((long)_input.Height * _input.Width * _input.Channels > MaxWindow * MaxWindow) throw Refuse($"its input '{info.Name}' is {shape}, too large for this library");
        _values[info.Name] = new Activation(Layer.NetworkInput, _input, order, exclusive: false);
    }

    // A flat input that a Reshape makes an image at once, as TensorFlow programs write it.
    private long[]? InputReshape(string input)
    {
        OnnxNode[] readers = [.. _graph.Nodes.Where(node => node.Inputs.Contains(input))];
        return readers is [{ Operator: "Reshape", Inputs: [_, string shape] }] && _constants.TryGetValue(shape, out OnnxTensor? target) && target.Integers is { Length: 4 } sizes
            ? sizes[1..]
            : null;
    }

    private bool IsChannelsLast(string input, long[] dimensions)
    {
        OnnxNode[] readers = [.. _graph.Nodes.Where(node => node.Inputs.Contains(input))];
        return readers.Length > 0 && readers.All(node =>
            (node.Operator == "Transpose" && node.Attributes.TryGetValue("perm", out OnnxAttribute? perm) && perm.Integers is [0, 3, 1, 2]) ||
            (node.Operator == "Reshape" && dimensions[2] is 1 or 3 && dimensions[0] is not (1 or 3)));
    }

    private Activation TakeOutput()
    {
        OnnxValueInfo[] outputs = _graph.Outputs.Count == 1 ? [_graph.Outputs[0]] : [.. _graph.Outputs.Where(output => output.Name == "logits")];
        if (outputs.Length != 1) throw Refuse($"it has {_graph.Outputs.Count} outputs; expected one, or one called 'logits'");
        if (!_values.TryGetValue(outputs[0].Name, out Activation output)) throw Refuse($"its output '{outputs[0].Name}' is computed by no node");
        if (output.Position == Layer.NetworkInput) throw Refuse("its output is its input; expected layers between them");
        if (output.Flattened is not null) throw Refuse($"its output '{outputs[0].Name}' is an image laid out channels first; expected a vector of logits");
        return output;
    }

    private Model Finish(Activation output)
    {
        (List<Layer> layers, List<LayerParameters?> parameters, ModelQuantization? quantization) = Needed(output.Position);
        string name = CardMetadata.ReadName(_graph.Metadata) ?? (_graph.Name.Length > 0 ? _graph.Name : "model");
        IReadOnlyList<string> labels = CardMetadata.ReadLabels(_graph.Metadata, _file)
            ?? [.. Enumerable.Range(0, output.Order == AxisOrder.ChannelsFirst ? output.Shape.Channels : output.Shape.Length).Select(i => $"class {i}")];
        try
        {
            return new Model(new Architecture(name, _input, layers, labels), parameters, CardMetadata.Read(_graph.Metadata, _file), quantization);
        }
        catch (ArgumentException e)
        {
            throw Refuse(FirstLine(e));
        }
    }

    /// <summary>The layers that the output needs; it becomes the last.</summary>
    private (List<Layer> Layers, List<LayerParameters?> Parameters, ModelQuantization? Quantization) Needed(int output)
    {
        bool[] needed = new bool[_layers.Count];
        needed[output] = true;
        for (int i = output; i >= 0; i--)
        {
            if (!needed[i]) continue;
            foreach (int input in _layers[i].Inputs.Where(input => input != Layer.NetworkInput)) needed[input] = true;
        }

        List<Layer> layers = [];
        List<LayerParameters?> parameters = [];
        List<TensorQuantization?> outputs = [];
        List<ImmutableArray<float>> weightScales = [];
        int[] positions = new int[_layers.Count];
        for (int i = 0; i <= output; i++)
        {
            if (!needed[i]) continue;
            positions[i] = layers.Count;
            layers.Add(_layers[i] with { Inputs = [.. _layers[i].Inputs.Select(input => input == Layer.NetworkInput ? input : positions[input])] });
            parameters.Add(_parameters[i]);
            outputs.Add(QuantizationOf(i));
            weightScales.Add(_weightScales.GetValueOrDefault(i, []));
        }

        if (_quantized.Count == 0 && _weightScales.Count == 0) return (layers, parameters, null);
        return (layers, parameters, new ModelQuantization(QuantizationOf(Layer.NetworkInput), outputs, weightScales));
    }

    private void TakeConstant(OnnxNode node)
    {
        OnnxTensor? tensor = null;
        foreach ((string name, OnnxAttribute value) in node.Attributes)
        {
            tensor = name switch
            {
                "value" => value.Tensor,
                "value_float" => new OnnxTensor("", [], [value.Float ?? 0], null),
                "value_floats" => new OnnxTensor("", [value.Floats.Count], [.. value.Floats], null),
                "value_int" => new OnnxTensor("", [], null, [value.Integer ?? 0]),
                "value_ints" => new OnnxTensor("", [value.Integers.Count], null, [.. value.Integers]),
                _ => tensor,
            };
        }

        _constants[node.Outputs[0]] = tensor ?? throw Refuse(node, "its value is of a kind this library does not read; expected floats or whole numbers");
    }

    private void TakeIdentity(OnnxNode node)
    {
        if (node.Inputs.Count == 1 && _constants.TryGetValue(node.Inputs[0], out OnnxTensor? constant))
        {
            _constants[node.Outputs[0]] = constant;
            return;
        }

        Activation x = Input(node, 0);
        _values[node.Outputs[0]] = x with { Exclusive = x.Exclusive && IsExclusive(node.Outputs[0]) };
    }

    private void TakeActivation(OnnxNode node, Func<string, Activation, Layer> make)
    {
        Activation x = Input(node, 0);
        Append(node, make(Name(node), x), null, x.Order, x.Flattened);
    }

    private void TakeClip(OnnxNode node)
    {
        float minimum = Bound(node, "min", 1, float.MinValue);
        float maximum = Bound(node, "max", 2, float.MaxValue);
        TakeActivation(node, (name, x) => new Clip(name, x.Position, x.Shape, minimum, maximum));
    }

    private float Bound(OnnxNode node, string attribute, int input, float none)
    {
        if (node.Attributes.TryGetValue(attribute, out OnnxAttribute? value)) return value.Float ?? none;
        if (node.Inputs.Count <= input || node.Inputs[input].Length == 0) return none;
        OnnxTensor constant = Constant(node, input);
        return constant.Floats is [float bound] ? bound : throw Refuse(node, $"its {attribute} is not one float");
    }

    private void TakeSoftmax(OnnxNode node)
    {
        Activation x = Input(node, 0);
        long axis = Integer(node, "axis", _graph.OperatorSet is > 0 and < 13 ? 1 : -1);
        if (x.Order != AxisOrder.Vector || x.Flattened is not null || axis is not (1 or -1)) throw Refuse(node, "only a vector's features can be normalised");
        TakeActivation(node, (name, value) => new Softmax(name, value.Position, value.Shape));
    }

    private Activation Append(OnnxNode node, Layer layer, LayerParameters? parameters, AxisOrder order, TensorShape? flattened = null)
    {
        _layers.Add(layer);
        _parameters.Add(parameters);
        Activation value = new(_layers.Count - 1, layer.OutputShape, order, IsExclusive(node.Outputs[0]), flattened);
        _values[node.Outputs[0]] = value;
        return value;
    }

    private bool IsExclusive(string output) => _readers.GetValueOrDefault(output) == 1;

    private Activation Input(OnnxNode node, int index)
    {
        if (node.Inputs.Count <= index) throw Refuse(node, $"its input {index} is missing");
        string name = node.Inputs[index];
        if (_values.TryGetValue(name, out Activation value)) return value;
        throw Refuse(node, _constants.ContainsKey(name) ? $"its input '{name}' is a constant; expected the output of a layer" : $"its input '{name}' is computed by no node before it");
    }

    private Activation Image(OnnxNode node)
    {
        Activation x = Input(node, 0);
        return x.Order == AxisOrder.ChannelsFirst ? x : throw Refuse(node, $"its input '{node.Inputs[0]}' is no image with its channels first");
    }

    private bool TryConstant(OnnxNode node, int index, [NotNullWhen(true)] out OnnxTensor? constant)
    {
        constant = null;
        return node.Inputs.Count > index && _constants.TryGetValue(node.Inputs[index], out constant);
    }

    private OnnxTensor Constant(OnnxNode node, int index) =>
        TryConstant(node, index, out OnnxTensor? constant) ? constant : throw Refuse(node, $"its input {index} is not a constant in the file");

    private float[] Floats(OnnxNode node, int index)
    {
        OnnxTensor constant = Constant(node, index);
        float[] values = constant.Floats ?? throw Refuse(node, $"its constant '{node.Inputs[index]}' is not of type float");
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) throw Refuse(node, $"its constant '{node.Inputs[index]}' holds a value that is not finite");
        }

        return values;
    }

    private static long Integer(OnnxNode node, string name, long otherwise) =>
        node.Attributes.TryGetValue(name, out OnnxAttribute? value) ? value.Integer ?? otherwise : otherwise;

    private string Name(OnnxNode node)
    {
        string name = node.Name.Length > 0 ? node.Name : $"{node.Operator}_{_layers.Count}";
        string unique = name;
        for (int i = 2; !_names.Add(unique); i++) unique = $"{name}_{i}";
        return unique;
    }

    private ModelFormatException Refuse(OnnxNode node, string why) => Refuse($"{node.Display}: {why}");

    private ModelFormatException Refuse(string why) => new($"{_file}: {why}");

    // ArgumentException adds the parameter's name behind its message.
    private static string FirstLine(ArgumentException e) => e.ParamName is null ? e.Message : e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);
}
