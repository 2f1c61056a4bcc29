using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// Writes a model as an ONNX file: input <c>input</c> of <c>[N, channels, height, width]</c>, output <c>logits</c> of <c>[N, classes]</c>
/// (<c>probabilities</c> where the last layer is a softmax). A fully convolutional network has input and output of any height and width. A
/// quantised model has its weights as 8-bit integers and a pair of <c>QuantizeLinear</c> and <c>DequantizeLinear</c> after each value that
/// becomes bytes, where ONNX Runtime finds them and computes in integers. The same model gives the same bytes.
/// </summary>
internal sealed class OnnxWriter
{
    private const int OperatorSet = 17;
    private const int IrVersion = 8;

    private readonly Model _model;
    private readonly OnnxMessage _graph;
    private readonly UniqueNames _names = new();
    private readonly List<Action> _constants = [];

    // The layers that are read by another type of layer than a fully connected one.
    private readonly HashSet<int> _readByOthers = [];

    private OnnxWriter(Model model, OnnxMessage graph)
    {
        _model = model;
        _graph = graph;
    }

    /// <summary>Writes a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(Model model, Stream stream)
    {
        using OnnxMessage file = new();
        file.Write(OnnxFields.ModelIrVersion, IrVersion);
        file.Write(OnnxFields.ModelProducerName, "MicroExpNet for .NET");
        file.Write(OnnxFields.ModelGraph, graph => new OnnxWriter(model, graph).WriteGraph());
        file.Write(OnnxFields.ModelOperatorSet, set =>
        {
            set.Write(OnnxFields.OperatorSetDomain, "");
            set.Write(OnnxFields.OperatorSetVersion, OperatorSet);
        });
        foreach ((string key, string value) in CardMetadata.Write(model))
        {
            file.Write(OnnxFields.ModelMetadata, entry =>
            {
                entry.Write(OnnxFields.EntryKey, key);
                entry.Write(OnnxFields.EntryValue, value);
            });
        }

        stream.Write(file.ToArray());
    }

    /// <summary>The shape of a layer's output, or of the network's input.</summary>
    public TensorShape ShapeOf(int position) => _model.Architecture.ShapeOf(position);

    /// <summary>Whether fully connected layers, and nothing else, read a layer's output.</summary>
    public bool IsReadByFullyConnectedAlone(int position) =>
        position < _model.Architecture.Layers.Length - 1 && !_readByOthers.Contains(position);

    /// <summary>A name that nothing in the graph has yet.</summary>
    public string Unique(string wanted) => _names.Unique(wanted);

    /// <summary>A value as a vector, flattened if it is an image.</summary>
    /// <param name="x">The value.</param>
    /// <param name="reader">Who reads it, for the node's name.</param>
    public WrittenValue AsVector(WrittenValue x, string reader)
    {
        if (x.IsVector) return x;
        string name = Unique($"{reader}.flatten");
        WriteNode("Flatten", name, [x.Name], name);
        return new WrittenValue(name, isVector: true);
    }

    /// <summary>A value as an image, reshaped if it is a vector.</summary>
    /// <param name="x">The value.</param>
    /// <param name="shape">The image's shape.</param>
    /// <param name="reader">Who reads it, for the node's name.</param>
    public WrittenValue AsImage(WrittenValue x, TensorShape shape, string reader)
    {
        if (!x.IsVector) return x;
        string name = Unique($"{reader}.image");
        string target = Unique($"{name}.shape");
        WriteTensor(
            target, [4], OnnxGraph.Int64Type,
            tensor => tensor.Write(OnnxFields.TensorRawData, [0L, shape.Channels, shape.Height, shape.Width]));
        WriteNode("Reshape", name, [x.Name, target], name);
        return new WrittenValue(name, isVector: false);
    }

    /// <summary>Writes a node.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="inputs">Names of what it reads.</param>
    /// <param name="output">Name of its output.</param>
    /// <param name="attributes">Writes its attributes, if it has any.</param>
    public void WriteNode(string type, string name, string[] inputs, string output, Action<OnnxMessage>? attributes = null) =>
        _graph.Write(OnnxFields.GraphNode, node =>
        {
            foreach (string input in inputs) node.Write(OnnxFields.NodeInput, input);
            node.Write(OnnxFields.NodeOutput, output);
            node.Write(OnnxFields.NodeName, name);
            node.Write(OnnxFields.NodeOperator, type);
            attributes?.Invoke(node);
        });

    /// <summary>Writes a constant of floats.</summary>
    /// <param name="wanted">Its name, if that is free.</param>
    /// <param name="dimensions">Its shape.</param>
    /// <param name="values">Its values.</param>
    /// <returns>Its name.</returns>
    public string Constant(string wanted, long[] dimensions, float[] values)
    {
        string name = Unique(wanted);
        WriteTensor(name, dimensions, OnnxGraph.FloatType, tensor => tensor.Write(OnnxFields.TensorRawData, values));
        return name;
    }

    /// <summary>Writes a layer's weights: floats, or 8-bit integers with a scale for each output channel.</summary>
    /// <param name="position">The layer's position.</param>
    /// <param name="dimensions">The shape of the weights in the file.</param>
    /// <param name="axis">The axis of the output channels.</param>
    /// <param name="inOrder">Brings floats from the library's order into the file's.</param>
    /// <param name="numbersInOrder">Does the same to 8-bit integers.</param>
    /// <returns>The name of the weights.</returns>
    public string Weights(int position, long[] dimensions, int axis, Func<float[], float[]> inOrder, Func<sbyte[], sbyte[]> numbersInOrder)
    {
        string wanted = $"{_model.Architecture.Layers[position].Name}.weight";
        LayerParameters parameters = _model.Parameters[position]!;
        if (_model.Quantization is not { } quantization) return Constant(wanted, dimensions, inOrder(parameters.Weights));
        string numbers = Bytes(wanted, dimensions, numbersInOrder(quantization.Weights(position, parameters)), OnnxGraph.Int8Type);

        // Zero points of 0 are the default, but ONNX Runtime computes a Gemm in integers only if they are there.
        sbyte[] zeros = new sbyte[quantization.WeightScales(position).Length];
        string zero = Bytes($"{numbers}.zero", [zeros.Length], zeros, OnnxGraph.Int8Type);
        return Dequantized(numbers, quantization.WeightScales(position), axis, zero);
    }

    /// <summary>Writes a layer's biases: floats, or 32-bit integers on the scale of its accumulators.</summary>
    /// <param name="position">The layer's position.</param>
    /// <returns>The name of the biases.</returns>
    public string Biases(int position)
    {
        Layer layer = _model.Architecture.Layers[position];
        LayerParameters parameters = _model.Parameters[position]!;
        string wanted = $"{layer.Name}.bias";
        if (_model.Quantization is not { } quantization) return Constant(wanted, [parameters.Biases.Length], parameters.Biases);
        int input = layer.Inputs[0];
        string name = Unique(wanted);
        int[] numbers = quantization.Biases(position, input, parameters);
        WriteTensor(name, [numbers.Length], OnnxGraph.Int32Type, tensor => tensor.Write(OnnxFields.TensorRawData, numbers));
        float inputScale = quantization[input]!.Value.Scale;
        return Dequantized(name, Array.ConvertAll(quantization.WeightScales(position), scale => inputScale * scale), axis: 0);
    }

    /// <summary>
    /// A value quantised and dequantised at once, where it becomes bytes. A vector made of an image has its bytes already, but ONNX Runtime
    /// computes a Gemm in integers only right after such a pair.
    /// </summary>
    /// <param name="position">The layer whose output it is.</param>
    /// <param name="x">The value.</param>
    public WrittenValue Quantized(int position, WrittenValue x)
    {
        if (_model.Quantization?[position] is not { } quantization) return x;
        if (position != Layer.NetworkInput && _model.Architecture.Layers[position] is Flatten flatten &&
            _model.Quantization[flatten.Inputs[0]] == quantization && !IsReadByFullyConnectedAlone(position))
        {
            return x;
        }

        string scale = Constant($"{x.Name}.scale", [], [quantization.Scale]);
        string zero = Bytes($"{x.Name}.zero", [], [(sbyte)quantization.ZeroPoint], OnnxGraph.UInt8Type);
        string bytes = Unique($"{x.Name}.bytes"), back = Unique($"{x.Name}.back");
        WriteNode("QuantizeLinear", bytes, [x.Name, scale, zero], bytes);
        WriteNode("DequantizeLinear", back, [bytes, scale, zero], back);
        return x with { Name = back };
    }

    private void WriteGraph()
    {
        Architecture architecture = _model.Architecture;
        foreach (Layer layer in architecture.Layers)
        {
            _names.Unique(layer.Name);
            if (layer is not FullyConnected) _readByOthers.UnionWith(layer.Inputs);
        }

        TensorShape shape = architecture.Input;
        WrittenValue input = new(Unique("input"), isVector: false);
        string wantedOutput = architecture.Layers[^1] is Softmax ? "probabilities" : "logits";
        string output = wantedOutput == architecture.Layers[^1].Name ? wantedOutput : Unique(wantedOutput);

        // The output of a layer of images that are one pixel, as of a pool over the whole image, is flattened at the end.
        bool endsInImage = false;
        WrittenValue[] values = new WrittenValue[architecture.Layers.Length];
        WrittenValue images = Quantized(Layer.NetworkInput, input);
        for (int i = 0; i < values.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            WrittenValue[] inputs = [.. layer.Inputs.Select(position => position == Layer.NetworkInput ? images : values[position])];
            bool isLast = i == values.Length - 1;
            endsInImage = isLast && architecture.Output is { Height: 1, Width: 1 } && !architecture.IsFullyConvolutional &&
                GivesImage(layer, inputs);
            bool isOutput = isLast && !endsInImage;
            values[i] = OnnxOperators.Of(layer).Write(layer, i, inputs, isOutput ? output : layer.Name, this);
            if (!isLast) values[i] = Quantized(i, values[i]);
        }

        WrittenValue last = values[^1];
        if (endsInImage)
        {
            WriteNode("Flatten", Unique($"{output}.flatten"), [last.Name], output);
            last = new WrittenValue(output, isVector: true);
        }

        bool anySize = !last.IsVector && architecture.IsFullyConvolutional && architecture.Labels.Length == architecture.Output.Channels;
        if (!last.IsVector && !anySize)
        {
            throw new ModelFormatException(
                $"the last layer '{architecture.Layers[^1].Name}' gives an image; a model file ends in a vector: flatten it");
        }

        _graph.Write(OnnxFields.GraphName, architecture.Name);
        foreach (Action write in _constants) write();
        WriteValueInfo(
            OnnxFields.GraphInput,
            input.Name,
            anySize ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width],
            anySize ? ["height", "width"] : []);
        WriteValueInfo(OnnxFields.GraphOutput, output, [architecture.Labels.Length], anySize ? ["rows", "columns"] : []);
    }

    private static bool GivesImage(Layer layer, WrittenValue[] inputs) =>
        layer is Convolution or MaxPool or AveragePool or GlobalAveragePool ||
        (layer is not (FullyConnected or Flatten or Softmax or LogSoftmax) && Array.TrueForAll(inputs, x => !x.IsVector));

    private string Dequantized(string numbers, float[] scales, int axis, string? zero = null)
    {
        string scale = Constant($"{numbers}.scale", [scales.Length], scales), back = Unique($"{numbers}.back");
        string[] inputs = zero is null ? [numbers, scale] : [numbers, scale, zero];
        WriteNode("DequantizeLinear", back, inputs, back, node => node.WriteAttribute("axis", axis));
        return back;
    }

    private string Bytes(string wanted, long[] dimensions, sbyte[] values, int type)
    {
        string name = Unique(wanted);
        WriteTensor(name, dimensions, type, tensor => tensor.Write(OnnxFields.TensorRawData, values));
        return name;
    }

    // Constants follow the nodes in the file, when all nodes are written.
    private void WriteTensor(string name, long[] dimensions, int type, Action<OnnxMessage> writeValues) =>
        _constants.Add(() => _graph.Write(OnnxFields.GraphInitializer, tensor =>
        {
            foreach (long dimension in dimensions) tensor.Write(OnnxFields.TensorDimensions, dimension);
            tensor.Write(OnnxFields.TensorDataType, type);
            tensor.Write(OnnxFields.TensorName, name);
            writeValues(tensor);
        }));

    private void WriteValueInfo(int field, string name, long[] dimensions, string[] open) => _graph.Write(field, info =>
    {
        info.Write(OnnxFields.ValueName, name);
        info.Write(OnnxFields.ValueType, type => type.Write(OnnxFields.TypeTensor, tensor =>
        {
            tensor.Write(OnnxFields.TensorTypeElement, OnnxGraph.FloatType);
            tensor.Write(OnnxFields.TensorTypeShape, shape =>
            {
                shape.Write(OnnxFields.ShapeDimension, batch => batch.Write(OnnxFields.DimensionParameter, "N"));
                foreach (long dimension in dimensions)
                {
                    shape.Write(OnnxFields.ShapeDimension, entry => entry.Write(OnnxFields.DimensionValue, dimension));
                }

                foreach (string dimension in open)
                {
                    shape.Write(OnnxFields.ShapeDimension, entry => entry.Write(OnnxFields.DimensionParameter, dimension));
                }

            });
        }));
    });
}
