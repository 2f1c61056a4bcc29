using System.Runtime.InteropServices;
using Google.Protobuf;

namespace MicroExpNet.Models.Onnx;

/// <summary>Reads the protocol buffers of an ONNX file into an <see cref="OnnxGraph"/>. What it has no use for is passed over.</summary>
internal static class OnnxReader
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no protocol buffer, or end early.</exception>
    /// <exception cref="FormatException">A constant is of a type or form this library does not read.</exception>
    public static OnnxGraph Read(byte[] file)
    {
        OnnxGraph graph = new();
        CodedInputStream input = new(file);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.ModelGraph when IsMessage(tag):
                    graph.HasGraph = true;
                    ReadGraph(Message(input), graph);
                    break;
                case OnnxFields.ModelOperatorSet when IsMessage(tag):
                    ReadOperatorSet(Message(input), graph);
                    break;
                case OnnxFields.ModelMetadata when IsMessage(tag):
                    ReadMetadata(Message(input), graph);
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return graph;
    }

    private static bool IsMessage(uint tag) => WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited;

    private static CodedInputStream Message(CodedInputStream input) => input.ReadBytes().CreateCodedInput();

    private static void ReadOperatorSet(CodedInputStream input, OnnxGraph graph)
    {
        string domain = "";
        long version = 0;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.OperatorSetDomain: domain = input.ReadString(); break;
                case OnnxFields.OperatorSetVersion: version = input.ReadInt64(); break;
                default: input.SkipLastField(); break;
            }
        }

        if (domain is "" or "ai.onnx") graph.OperatorSet = version;
    }

    private static void ReadMetadata(CodedInputStream input, OnnxGraph graph)
    {
        string key = "", value = "";
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.EntryKey: key = input.ReadString(); break;
                case OnnxFields.EntryValue: value = input.ReadString(); break;
                default: input.SkipLastField(); break;
            }
        }

        graph.Metadata[key] = value;
    }

    private static void ReadGraph(CodedInputStream input, OnnxGraph graph)
    {
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.GraphNode when IsMessage(tag):
                    graph.Nodes.Add(ReadNode(Message(input)));
                    break;
                case OnnxFields.GraphName when IsMessage(tag):
                    graph.Name = input.ReadString();
                    break;
                case OnnxFields.GraphInitializer when IsMessage(tag):
                    OnnxTensor constant = ReadTensor(Message(input));
                    graph.Constants[constant.Name] = constant;
                    break;
                case OnnxFields.GraphSparseInitializer:
                    throw new FormatException("it holds a sparse initializer; expected dense ones");
                case OnnxFields.GraphInput when IsMessage(tag):
                    graph.Inputs.Add(ReadValueInfo(Message(input)));
                    break;
                case OnnxFields.GraphOutput when IsMessage(tag):
                    graph.Outputs.Add(ReadValueInfo(Message(input)));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    private static OnnxNode ReadNode(CodedInputStream input)
    {
        OnnxNode node = new();
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.NodeInput: node.Inputs.Add(input.ReadString()); break;
                case OnnxFields.NodeOutput: node.Outputs.Add(input.ReadString()); break;
                case OnnxFields.NodeName: node.Name = input.ReadString(); break;
                case OnnxFields.NodeOperator: node.Operator = input.ReadString(); break;
                case OnnxFields.NodeDomain: node.Domain = input.ReadString(); break;
                case OnnxFields.NodeAttribute when IsMessage(tag):
                    OnnxAttribute attribute = ReadAttribute(Message(input));
                    node.Attributes[attribute.Name] = attribute;
                    break;
                default: input.SkipLastField(); break;
            }
        }

        return node;
    }

    private static OnnxAttribute ReadAttribute(CodedInputStream input)
    {
        OnnxAttribute attribute = new();
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.AttributeName: attribute.Name = input.ReadString(); break;
                case OnnxFields.AttributeFloat: attribute.Float = input.ReadFloat(); break;
                case OnnxFields.AttributeInteger: attribute.Integer = input.ReadInt64(); break;
                case OnnxFields.AttributeText: attribute.Text = input.ReadBytes().ToStringUtf8(); break;
                case OnnxFields.AttributeTensor when IsMessage(tag): attribute.Tensor = ReadTensor(Message(input)); break;
                case OnnxFields.AttributeFloats: ReadFloats(input, tag, attribute.Floats); break;
                case OnnxFields.AttributeIntegers: ReadIntegers(input, tag, attribute.Integers); break;
                default: input.SkipLastField(); break;
            }
        }

        return attribute;
    }

    private static OnnxTensor ReadTensor(CodedInputStream input)
    {
        List<long> dimensions = [];
        List<float> floats = [];
        List<long> integers = [];
        ByteString? raw = null;
        int type = 0;
        string name = "";
        bool external = false;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.TensorDimensions: ReadIntegers(input, tag, dimensions); break;
                case OnnxFields.TensorDataType: type = input.ReadInt32(); break;
                case OnnxFields.TensorFloatData: ReadFloats(input, tag, floats); break;
                case OnnxFields.TensorInt32Data or OnnxFields.TensorInt64Data: ReadIntegers(input, tag, integers); break;
                case OnnxFields.TensorName: name = input.ReadString(); break;
                case OnnxFields.TensorRawData: raw = input.ReadBytes(); break;
                case OnnxFields.TensorDataLocation: external = input.ReadInt32() != 0; break;
                default: input.SkipLastField(); break;
            }
        }

        if (external) throw new FormatException($"its tensor '{name}' lies in another file; expected all weights inside");
        if (dimensions.Any(dimension => dimension is < 0 or > int.MaxValue)) throw new FormatException($"its tensor '{name}' has a dimension out of range");
        OnnxTensor tensor = type switch
        {
            OnnxGraph.FloatType => new OnnxTensor(name, [.. dimensions], raw is null ? [.. floats] : Cast<float>(raw, name), null),
            OnnxGraph.Int64Type => new OnnxTensor(name, [.. dimensions], null, raw is null ? [.. integers] : Cast<long>(raw, name)),
            OnnxGraph.Int32Type => Small(raw is null ? [.. integers] : [.. Cast<int>(raw, name)]),
            OnnxGraph.Int8Type => Small(raw is null ? [.. integers] : [.. Cast<sbyte>(raw, name)]),
            OnnxGraph.UInt8Type => Small(raw is null ? [.. integers] : [.. Cast<byte>(raw, name)]),

            // Perhaps nothing needs it; whatever does will say that it is missing its values.
            _ => new OnnxTensor(name, [.. dimensions], null, null),
        };
        int values = tensor.Floats?.Length ?? tensor.Integers?.Length ?? -1;
        if (values >= 0 && !Multiplies(dimensions, values))
        {
            throw new FormatException($"its tensor '{name}' of shape [{string.Join(',', dimensions)}] holds {values} values");
        }

        return tensor;

        OnnxTensor Small(long[] values) => new(name, [.. dimensions], null, values) { ElementType = type };
    }

    // Without overflow: the product of hostile dimensions may not fit a long.
    private static bool Multiplies(List<long> dimensions, int values)
    {
        UInt128 product = 1;
        foreach (long dimension in dimensions)
        {
            product *= (UInt128)dimension;
            if (product > int.MaxValue && !dimensions.Contains(0)) return false;
        }

        return product == (UInt128)values;
    }

    private static T[] Cast<T>(ByteString raw, string name)
        where T : unmanaged
    {
        if (raw.Length % Marshal.SizeOf<T>() != 0) throw new FormatException($"its tensor '{name}' has {raw.Length} bytes, no whole number of values");
        T[] values = MemoryMarshal.Cast<byte, T>(raw.Span).ToArray();
        if (!BitConverter.IsLittleEndian) throw new FormatException("raw tensors are little endian; this processor is not");
        return values;
    }

    private static void ReadFloats(CodedInputStream input, uint tag, List<float> values)
    {
        if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
        {
            values.Add(input.ReadFloat());
            return;
        }

        CodedInputStream packed = Message(input);
        while (!packed.IsAtEnd) values.Add(packed.ReadFloat());
    }

    private static void ReadIntegers(CodedInputStream input, uint tag, List<long> values)
    {
        if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
        {
            values.Add(input.ReadInt64());
            return;
        }

        CodedInputStream packed = Message(input);
        while (!packed.IsAtEnd) values.Add(packed.ReadInt64());
    }

    private static OnnxValueInfo ReadValueInfo(CodedInputStream input)
    {
        string name = "";
        int element = 0;
        long?[]? dimensions = null;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.ValueName: name = input.ReadString(); break;
                case OnnxFields.ValueType when IsMessage(tag):
                    foreach (CodedInputStream tensorType in Messages(Message(input), OnnxFields.TypeTensor)) (element, dimensions) = ReadTensorType(tensorType);
                    break;
                default: input.SkipLastField(); break;
            }
        }

        return new OnnxValueInfo(name, element, dimensions);
    }

    private static (int Element, long?[]? Dimensions) ReadTensorType(CodedInputStream input)
    {
        int element = 0;
        List<long?>? dimensions = null;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.TensorTypeElement: element = input.ReadInt32(); break;
                case OnnxFields.TensorTypeShape when IsMessage(tag):
                    dimensions = [.. Messages(Message(input), OnnxFields.ShapeDimension).Select(ReadDimension)];
                    break;
                default: input.SkipLastField(); break;
            }
        }

        return (element, dimensions?.ToArray());
    }

    private static long? ReadDimension(CodedInputStream input)
    {
        long? value = null;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == OnnxFields.DimensionValue) value = input.ReadInt64();
            else input.SkipLastField();
        }

        return value;
    }

    private static IEnumerable<CodedInputStream> Messages(CodedInputStream input, int field)
    {
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && IsMessage(tag)) yield return Message(input);
            else input.SkipLastField();
        }
    }
}
