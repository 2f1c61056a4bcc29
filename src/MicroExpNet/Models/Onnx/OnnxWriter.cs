using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// Writes a model as an ONNX file: input <c>input</c> of <c>[N, channels, height, width]</c>, output <c>logits</c> of <c>[N, classes]</c>
/// (<c>probabilities</c> where the last layer is a softmax). A fully convolutional network has input and output of any height and width. A
/// quantised model has its weights as 8-bit integers and a pair of <c>QuantizeLinear</c> and <c>DequantizeLinear</c> behind each value that
/// becomes bytes. The same model gives the same bytes.
/// </summary>
internal sealed partial class OnnxWriter
{
    private const int OperatorSet = 17;
    private const int IrVersion = 8;

    private readonly Model _model;
    private readonly OnnxMessage _graph;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<Action> _constants = [];

    private OnnxWriter(Model model, OnnxMessage graph)
    {
        _model = model;
        _graph = graph;
    }

    /// <summary>A layer's output in the graph.</summary>
    private readonly struct Value(string name, bool isVector, TensorShape? flattened = null)
    {
        /// <summary>Its name.</summary>
        public string Name { get; init; } = name;

        /// <summary>Whether it is <c>[N, features]</c> rather than <c>[N, channels, height, width]</c>.</summary>
        public bool IsVector { get; init; } = isVector;

        /// <summary>For a vector laid out channels first: the image it was.</summary>
        public TensorShape? Flattened { get; init; } = flattened;
    }

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

    private void WriteGraph()
    {
        Architecture architecture = _model.Architecture;
        foreach (Layer layer in architecture.Layers) _names.Add(layer.Name);
        TensorShape shape = architecture.Input;
        Value input = new(Unique("input"), isVector: false);
        string output = Unique(architecture.Layers[^1] is Softmax ? "probabilities" : "logits", mayBe: architecture.Layers[^1].Name);
        Value[] values = new Value[architecture.Layers.Length];
        Value images = Quantized(Layer.NetworkInput, input);
        for (int i = 0; i < values.Length; i++)
        {
            Layer layer = architecture.Layers[i];
            Value[] inputs = [.. layer.Inputs.Select(position => position == Layer.NetworkInput ? images : values[position])];
            values[i] = WriteLayer(i, layer, inputs, i == values.Length - 1 ? output : layer.Name);
            if (i < values.Length - 1) values[i] = Quantized(i, values[i]);
        }

        Value last = values[^1];
        bool anySize = !last.IsVector && architecture.IsFullyConvolutional && architecture.Labels.Length == architecture.Output.Channels;
        if (!last.IsVector && !anySize) throw new InvalidOperationException($"the last layer '{architecture.Layers[^1].Name}' gives an image; a model file ends in a vector: flatten it");
        _graph.Write(OnnxFields.GraphName, architecture.Name);
        foreach (Action write in _constants) write();
        WriteValueInfo(OnnxFields.GraphInput, input.Name, anySize ? [shape.Channels] : [shape.Channels, shape.Height, shape.Width], anySize ? ["height", "width"] : []);
        WriteValueInfo(OnnxFields.GraphOutput, output, [architecture.Labels.Length], anySize ? ["rows", "columns"] : []);
    }

    private Value WriteLayer(int position, Layer layer, Value[] inputs, string output)
    {
        Value x = inputs[0];
        LayerParameters? parameters = _model.Parameters[position];
        switch (layer)
        {
            case Convolution convolution:
                string weights = Weights(position, $"{layer.Name}.weight", ConvolutionDimensions(convolution), axis: 0, values => ToOnnxOrder(values, convolution), values => ToOnnxOrder(values, convolution));
                string biases = Biases(position, $"{layer.Name}.bias", parameters!.Biases);
                x = AsImage(x, convolution.InputShape, layer.Name);
                WriteNode("Conv", layer.Name, [x.Name, weights, biases], output, node =>
                {
                    WriteInteger(node, "group", convolution.Groups);
                    WriteWindow(node, convolution.Window, convolution.Padding);
                });
                return new Value(output, isVector: false);
            case MaxPool pool:
                x = AsImage(x, pool.InputShape, layer.Name);
                WriteNode("MaxPool", layer.Name, [x.Name], output, node => WriteWindow(node, pool.Window, pool.Padding));
                return new Value(output, isVector: false);
            case AveragePool pool:
                x = AsImage(x, pool.InputShape, layer.Name);
                WriteNode("AveragePool", layer.Name, [x.Name], output, node =>
                {
                    WriteInteger(node, "count_include_pad", pool.CountPadding ? 1 : 0);
                    WriteWindow(node, pool.Window, pool.Padding);
                });
                return new Value(output, isVector: false);
            case GlobalAveragePool:
                WriteNode("GlobalAveragePool", layer.Name, [x.Name], output);
                return new Value(output, isVector: false);
            case Flatten:
                return WriteFlatten(position, layer, x, output);
            case FullyConnected connected:
                x = AsVector(x, layer.Name);
                string matrix = Weights(
                    position, $"{layer.Name}.weight", [connected.InputCount, connected.OutputShape.Channels], axis: 1,
                    values => ToGraphRows(values, connected, x.Flattened), values => ToGraphRows(values, connected, x.Flattened));
                string vector = Biases(position, $"{layer.Name}.bias", parameters!.Biases);
                WriteNode("Gemm", layer.Name, [x.Name, matrix, vector], output);
                return new Value(output, isVector: true);
            case Add:
                if (x.IsVector != inputs[1].IsVector) inputs = [AsVector(x, $"{layer.Name}.first"), AsVector(inputs[1], $"{layer.Name}.second")];
                WriteNode("Add", layer.Name, [inputs[0].Name, inputs[1].Name], output);
                return inputs[0] with { Name = output };
            case Relu:
                WriteNode("Relu", layer.Name, [x.Name], output);
                return x with { Name = output };
            case HardSwish:
                WriteNode("HardSwish", layer.Name, [x.Name], output);
                return x with { Name = output };
            case Clip clip:
                string minimum = Constant($"{layer.Name}.min", [], [clip.Minimum]);
                string maximum = Constant($"{layer.Name}.max", [], [clip.Maximum]);
                WriteNode("Clip", layer.Name, [x.Name, minimum, maximum], output);
                return x with { Name = output };
            case Softmax:
                WriteNode("Softmax", layer.Name, [x.Name], output, node => WriteInteger(node, "axis", x.IsVector ? -1 : 1));
                return x with { Name = output };
            default:
                throw new InvalidOperationException($"layer '{layer.Name}' ({layer.Kind}) has no ONNX operator");
        }
    }

    /// <summary>
    /// ONNX flattens channels first. Where fully connected layers alone read the vector, their weights take that order; where others do,
    /// the image is turned first.
    /// </summary>
    private Value WriteFlatten(int position, Layer layer, Value x, string output)
    {
        TensorShape image = _model.Architecture.ShapeOf(layer.Inputs[0]);
        TensorShape? flattened = !x.IsVector && Activation.OrderMatters(image) ? image : null;
        bool turn = flattened is not null && (position == _model.Architecture.Layers.Length - 1 ||
            _model.Architecture.Layers.Any(reader => reader.Inputs.Contains(position) && reader is not FullyConnected));
        if (turn)
        {
            string turned = Unique($"{layer.Name}.nhwc");
            WriteNode("Transpose", turned, [x.Name], turned, node => WriteIntegers(node, "perm", [0, 2, 3, 1]));
            x = x with { Name = turned };
            flattened = null;
        }

        WriteNode("Flatten", layer.Name, [x.Name], output);
        return new Value(output, isVector: true, flattened);
    }

    private Value AsVector(Value x, string reader)
    {
        if (x.IsVector) return x;
        string name = Unique($"{reader}.flatten");
        WriteNode("Flatten", name, [x.Name], name);
        return new Value(name, isVector: true);
    }

    private Value AsImage(Value x, TensorShape shape, string reader)
    {
        if (!x.IsVector) return x;
        string name = Unique($"{reader}.image");
        string target = Unique($"{name}.shape");
        WriteTensor(target, [4], OnnxGraph.Int64Type, tensor => tensor.Write(OnnxFields.TensorRawData, [0L, shape.Channels, shape.Height, shape.Width]));
        WriteNode("Reshape", name, [x.Name, target], name);
        return new Value(name, isVector: false);
    }

    private void WriteNode(string type, string name, string[] inputs, string output, Action<OnnxMessage>? attributes = null) =>
        _graph.Write(OnnxFields.GraphNode, node =>
        {
            foreach (string input in inputs) node.Write(OnnxFields.NodeInput, input);
            node.Write(OnnxFields.NodeOutput, output);
            node.Write(OnnxFields.NodeName, name);
            node.Write(OnnxFields.NodeOperator, type);
            attributes?.Invoke(node);
        });

    private static void WriteWindow(OnnxMessage node, Window window, Padding padding)
    {
        WriteIntegers(node, "kernel_shape", [window.Height, window.Width]);
        WriteIntegers(node, "pads", [padding.Top, padding.Left, padding.Bottom, padding.Right]);
        WriteIntegers(node, "strides", [window.StrideY, window.StrideX]);
    }

    private static void WriteInteger(OnnxMessage node, string name, long value) => node.Write(OnnxFields.NodeAttribute, attribute =>
    {
        attribute.Write(OnnxFields.AttributeName, name);
        attribute.Write(OnnxFields.AttributeInteger, value);
        attribute.Write(OnnxFields.AttributeType, 2);
    });

    private static void WriteIntegers(OnnxMessage node, string name, long[] values) => node.Write(OnnxFields.NodeAttribute, attribute =>
    {
        attribute.Write(OnnxFields.AttributeName, name);
        foreach (long value in values) attribute.Write(OnnxFields.AttributeIntegers, value);
        attribute.Write(OnnxFields.AttributeType, 7);
    });

    private string Constant(string wanted, long[] dimensions, float[] values)
    {
        string name = Unique(wanted);
        WriteTensor(name, dimensions, OnnxGraph.FloatType, tensor => tensor.Write(OnnxFields.TensorRawData, values));
        return name;
    }

    private void WriteValueInfo(int field, string name, long[] dimensions, string[] open) => _graph.Write(field, info =>
    {
        info.Write(OnnxFields.ValueName, name);
        info.Write(OnnxFields.ValueType, type => type.Write(OnnxFields.TypeTensor, tensor =>
        {
            tensor.Write(OnnxFields.TensorTypeElement, OnnxGraph.FloatType);
            tensor.Write(OnnxFields.TensorTypeShape, shape =>
            {
                shape.Write(OnnxFields.ShapeDimension, batch => batch.Write(OnnxFields.DimensionParameter, "N"));
                foreach (long dimension in dimensions) shape.Write(OnnxFields.ShapeDimension, entry => entry.Write(OnnxFields.DimensionValue, dimension));
                foreach (string dimension in open) shape.Write(OnnxFields.ShapeDimension, entry => entry.Write(OnnxFields.DimensionParameter, dimension));
            });
        }));
    });

    private string Unique(string wanted, string? mayBe = null)
    {
        if (wanted == mayBe) return wanted;
        string name = wanted;
        while (!_names.Add(name)) name += "_";
        return name;
    }

    private static long[] ConvolutionDimensions(Convolution layer) =>
        [layer.OutputShape.Channels, layer.ChannelsPerGroup, layer.Window.Height, layer.Window.Width];

    /// <summary>[rows, columns, channels, filters] to [filters, channels, rows, columns].</summary>
    private static T[] ToOnnxOrder<T>(T[] weights, Convolution layer)
    {
        int filters = layer.OutputShape.Channels, channels = layer.ChannelsPerGroup, places = layer.Window.Height * layer.Window.Width;
        T[] reordered = new T[weights.Length];
        for (int place = 0; place < places; place++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int filter = 0; filter < filters; filter++)
                {
                    reordered[(((filter * channels) + channel) * places) + place] = weights[(((place * channels) + channel) * filters) + filter];
                }
            }
        }

        return reordered;
    }

    private static T[] ToGraphRows<T>(T[] weights, FullyConnected layer, TensorShape? flattened)
    {
        if (flattened is not { } image) return weights;
        int outputs = layer.OutputShape.Channels;
        T[] reordered = new T[weights.Length];
        int[] rows = Activation.ChannelsFirstIndexes(image);
        for (int i = 0; i < rows.Length; i++) weights.AsSpan(i * outputs, outputs).CopyTo(reordered.AsSpan(rows[i] * outputs));
        return reordered;
    }
}
