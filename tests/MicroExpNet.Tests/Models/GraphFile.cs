using MicroExpNet.Models.Onnx;

namespace MicroExpNet.Tests.Models;

/// <summary>An ONNX file written node by node, as another exporter might.</summary>
internal sealed class GraphFile
{
    private readonly List<Action<OnnxMessage>> _fields = [];
    private readonly Random _random = new(5);
    private readonly int _operatorSet;
    private readonly List<(string Key, string Value)> _metadata = [];

    public GraphFile(int operatorSet = 17)
    {
        _operatorSet = operatorSet;
    }

    public GraphFile Input(string name, params long[] dimensions) => Value(OnnxFields.GraphInput, name, dimensions);

    public GraphFile Output(string name, params long[] dimensions) => Value(OnnxFields.GraphOutput, name, dimensions);

    public GraphFile Metadata(string key, string value)
    {
        _metadata.Add((key, value));
        return this;
    }

    /// <summary>A constant of random values −1 to 1, or 0.5 to 1.5 where it must be positive.</summary>
    public GraphFile Floats(string name, long[] dimensions, bool positive = false)
    {
        float[] values = [.. Enumerable.Range(0,
            (int)dimensions.Aggregate(1L, (a, b) => a * b)).Select(_ =>
                positive ? 0.5f + _random.NextSingle() : (_random.NextSingle() * 2) - 1)];
        return Constant(name, dimensions, tensor =>
        {
            tensor.Write(OnnxFields.TensorDataType, 1);
            tensor.Write(OnnxFields.TensorRawData, values);
        });
    }

    public GraphFile Value(string name, float value) => Constant(name, [], tensor =>
    {
        tensor.Write(OnnxFields.TensorDataType, 1);
        tensor.Write(OnnxFields.TensorFloatData, value);
    });

    public GraphFile Integers(string name, params long[] values) => Constant(name, [values.Length], tensor =>
    {
        tensor.Write(OnnxFields.TensorDataType, 7);
        foreach (long value in values) tensor.Write(OnnxFields.TensorInt64Data, value);
    });

    /// <summary>A constant of 8-bit integers (type 2 unsigned, 3 signed): the values given, or random ones.</summary>
    public GraphFile Bytes(string name, int type, long[] dimensions, params int[] values)
    {
        sbyte[] bytes = values.Length > 0
            ? [.. values.Select(value => (sbyte)value)]
            : [.. Enumerable.Range(0, (int)dimensions.Aggregate(1L, (a, b) => a * b)).Select(_ => (sbyte)_random.Next(-128, 128))];
        return Constant(name, dimensions, tensor =>
        {
            tensor.Write(OnnxFields.TensorDataType, type);
            tensor.Write(OnnxFields.TensorRawData, bytes);
        });
    }

    /// <summary>A node; attributes are long, long[], float or string.</summary>
    public GraphFile Node(string type, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        NodeOf("", type, inputs, output, attributes);

    public GraphFile NodeOf(string domain, string type, string[] inputs, string output, params (string Name, object Value)[] attributes) =>
        Add($"{type}-{output}", domain, type, inputs, output, attributes);

    /// <summary>A node of a name of its own.</summary>
    public GraphFile Named(string name, string type, string[] inputs, string output) => Add(name, "", type, inputs, output, []);

    /// <summary>A constant of one value throughout.</summary>
    public GraphFile Constant(string name, long[] dimensions, float value) => Constant(name, dimensions, tensor =>
    {
        tensor.Write(OnnxFields.TensorDataType, 1);
        tensor.Write(OnnxFields.TensorRawData, (float[])[.. Enumerable.Repeat(value, (int)dimensions.Aggregate(1L, (a, b) => a * b))]);
    });

    private GraphFile Add(string name, string domain, string type, string[] inputs, string output, (string Name, object Value)[] attributes)
    {
        _fields.Add(graph => graph.Write(OnnxFields.GraphNode, node =>
        {
            foreach (string input in inputs) node.Write(OnnxFields.NodeInput, input);
            node.Write(OnnxFields.NodeOutput, output);
            node.Write(OnnxFields.NodeName, name);
            node.Write(OnnxFields.NodeOperator, type);
            node.Write(OnnxFields.NodeDomain, domain);
            foreach ((string key, object value) in attributes)
            {
                node.Write(OnnxFields.NodeAttribute, attribute => WriteAttribute(attribute, key, value));
            }

        }));
        return this;
    }

    public byte[] ToBytes()
    {
        using OnnxMessage file = new();
        file.Write(1, 8);
        file.Write(OnnxFields.ModelGraph, graph =>
        {
            graph.Write(OnnxFields.GraphName, "foreign");
            foreach (Action<OnnxMessage> field in _fields) field(graph);
        });
        file.Write(OnnxFields.ModelOperatorSet, set => set.Write(OnnxFields.OperatorSetVersion, _operatorSet));
        foreach ((string key, string value) in _metadata)
        {
            file.Write(OnnxFields.ModelMetadata, entry =>
            {
                entry.Write(OnnxFields.EntryKey, key);
                entry.Write(OnnxFields.EntryValue, value);
            });
        }

        return file.ToArray();
    }

    private static void WriteAttribute(OnnxMessage attribute, string name, object value)
    {
        attribute.Write(OnnxFields.AttributeName, name);
        switch (value)
        {
            case long number:
                attribute.Write(OnnxFields.AttributeInteger, number);
                attribute.Write(OnnxFields.AttributeType, 2);
                break;
            case float number:
                attribute.Write(OnnxFields.AttributeFloat, number);
                attribute.Write(OnnxFields.AttributeType, 1);
                break;
            case string text:
                attribute.Write(OnnxFields.AttributeText, text);
                attribute.Write(OnnxFields.AttributeType, 3);
                break;
            case long[] numbers:
                foreach (long number in numbers) attribute.Write(OnnxFields.AttributeIntegers, number);
                attribute.Write(OnnxFields.AttributeType, 7);
                break;
            default:
                throw new ArgumentException($"no attribute of {value.GetType()}", nameof(value));
        }
    }

    private GraphFile Constant(string name, long[] dimensions, Action<OnnxMessage> values)
    {
        _fields.Add(graph => graph.Write(OnnxFields.GraphInitializer, tensor =>
        {
            foreach (long dimension in dimensions) tensor.Write(OnnxFields.TensorDimensions, dimension);
            tensor.Write(OnnxFields.TensorName, name);
            values(tensor);
        }));
        return this;
    }

    // A negative dimension is left open.
    private GraphFile Value(int field, string name, long[] dimensions)
    {
        _fields.Add(graph => graph.Write(field, info =>
        {
            info.Write(OnnxFields.ValueName, name);
            info.Write(OnnxFields.ValueType, type => type.Write(OnnxFields.TypeTensor, tensor =>
            {
                tensor.Write(OnnxFields.TensorTypeElement, 1);
                tensor.Write(OnnxFields.TensorTypeShape, shape =>
                {
                    foreach (long dimension in dimensions)
                    {
                        shape.Write(OnnxFields.ShapeDimension, entry =>
                        {
                            if (dimension < 0) entry.Write(OnnxFields.DimensionParameter, "N");
                            else entry.Write(OnnxFields.DimensionValue, dimension);
                        });
                    }
                });
            }));
        }));
        return this;
    }
}
