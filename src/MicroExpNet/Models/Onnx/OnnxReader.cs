using System.Runtime.InteropServices;
using Google.Protobuf;

namespace MicroExpNet.Models.Onnx;

/// <summary>
/// Reads the protocol buffers of an ONNX file into an <see cref="OnnxGraph"/>. Fields the library has no use for are skipped. Messages are
/// read where they lie in the file, and constants keep referring to it.
/// </summary>
internal sealed class OnnxReader
{
    // Nodes, constants, attributes and the like, each of which costs far more memory than the bytes it may take in the file.
    private const int MaxMessages = 1 << 18;

    private readonly byte[] _file;
    private readonly CancellationToken _cancellationToken;
    private int _messages;

    private OnnxReader(byte[] file, CancellationToken cancellationToken)
    {
        _file = file;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no protocol buffer, or end early.</exception>
    /// <exception cref="FormatException">A constant is of a type or form this library does not read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static OnnxGraph Read(byte[] file, CancellationToken cancellationToken) => new OnnxReader(file, cancellationToken).Read();

    private OnnxGraph Read()
    {
        if (!BitConverter.IsLittleEndian) throw new FormatException("its tensors are little endian; this processor is not");
        OnnxGraph graph = new() { FileLength = _file.Length };
        CodedInputStream input = new(_file);
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

    // The message of the field whose tag was read last.
    private CodedInputStream Message(CodedInputStream input)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (++_messages > MaxMessages)
        {
            throw new FormatException($"it holds more than {MaxMessages} nodes, constants and attributes; expected a tiny network");
        }

        (CodedInputStream message, _) = Field(input);
        return message;
    }

    // The field whose tag was read last, of type LengthDelimited, and where it ends in the file.
    private (CodedInputStream Field, int End) Field(CodedInputStream input)
    {
        int start = (int)input.Position;
        input.SkipLastField();
        int end = (int)input.Position;
        CodedInputStream field = new(_file, start, end - start);
        field.ReadLength();
        return (field, end);
    }

    private ReadOnlyMemory<byte> Bytes(CodedInputStream input)
    {
        (CodedInputStream field, int end) = Field(input);
        return _file.AsMemory((int)field.Position..end);
    }

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

    private void ReadGraph(CodedInputStream input, OnnxGraph graph)
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

    private OnnxNode ReadNode(CodedInputStream input)
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

    private OnnxAttribute ReadAttribute(CodedInputStream input)
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

    private OnnxTensor ReadTensor(CodedInputStream input)
    {
        List<long> dimensions = [];
        List<float> floats = [];
        List<long> integers = [];
        ReadOnlyMemory<byte>? raw = null;
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
                case OnnxFields.TensorRawData when IsMessage(tag): raw = Bytes(input); break;
                case OnnxFields.TensorDataLocation: external = input.ReadInt32() != 0; break;
                default: input.SkipLastField(); break;
            }
        }

        string shown = OnnxNode.Cut(name);
        if (external)
        {
            throw new FormatException(
                $"its tensor '{shown}' lies in another file; expected all weights inside: export with external_data=False");
        }

        long[] shape = [.. dimensions];
        if (Array.Exists(shape, dimension => dimension is < 0 or > int.MaxValue))
        {
            throw new FormatException($"its tensor '{shown}' has a dimension out of range");
        }

        int size = type switch
        {
            OnnxGraph.FloatType or OnnxGraph.Int32Type => 4,
            OnnxGraph.Int64Type => 8,
            OnnxGraph.Int8Type or OnnxGraph.UInt8Type or OnnxGraph.BooleanType => 1,
            _ => 0,
        };

        // Of a type the library does not read. Perhaps nothing needs it; what does will say that it has no values.
        if (size == 0) return new OnnxTensor(name, shape, type, default);
        ReadOnlyMemory<byte> bytes = raw ?? type switch
        {
            OnnxGraph.FloatType => ToBytes<float, float>(floats),
            OnnxGraph.Int64Type => ToBytes<long, long>(integers),
            OnnxGraph.Int32Type => ToBytes<long, int>(integers),
            OnnxGraph.Int8Type => ToBytes<long, sbyte>(integers),
            _ => ToBytes<long, byte>(integers),
        };
        if (bytes.Length % size != 0)
        {
            throw new FormatException($"its tensor '{shown}' has {bytes.Length} bytes, no whole number of values");
        }

        if (!Multiplies(shape, bytes.Length / size))
        {
            throw new FormatException($"its tensor '{shown}' of shape {OnnxNode.List(shape)} holds {bytes.Length / size} values");
        }

        return new OnnxTensor(name, shape, type, bytes);
    }

    private static byte[] ToBytes<TFrom, TTo>(List<TFrom> values)
        where TFrom : System.Numerics.INumber<TFrom>
        where TTo : unmanaged, System.Numerics.INumber<TTo>
    {
        TTo[] converted = new TTo[values.Count];
        for (int i = 0; i < converted.Length; i++) converted[i] = TTo.CreateTruncating(values[i]);
        return MemoryMarshal.AsBytes(converted.AsSpan()).ToArray();
    }

    // Without overflow: the product of hostile dimensions may not fit a long. Floating point is exact where it matters.
    private static bool Multiplies(long[] dimensions, int values)
    {
        bool isEmpty = Array.IndexOf(dimensions, 0) >= 0;
        double product = 1;
        foreach (long dimension in dimensions)
        {
            product *= dimension;
            if (product is >= 0 and <= int.MaxValue) continue;
            if (!isEmpty) return false;
            product = 0;
        }

        return product == values;
    }

    private void ReadFloats(CodedInputStream input, uint tag, List<float> values)
    {
        if (!IsMessage(tag))
        {
            values.Add(input.ReadFloat());
            return;
        }

        (CodedInputStream packed, _) = Field(input);
        while (!packed.IsAtEnd) values.Add(packed.ReadFloat());
    }

    private void ReadIntegers(CodedInputStream input, uint tag, List<long> values)
    {
        if (!IsMessage(tag))
        {
            values.Add(input.ReadInt64());
            return;
        }

        (CodedInputStream packed, _) = Field(input);
        while (!packed.IsAtEnd) values.Add(packed.ReadInt64());
    }

    private OnnxValueInfo ReadValueInfo(CodedInputStream input)
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
                    foreach (CodedInputStream tensorType in Messages(Message(input), OnnxFields.TypeTensor))
                    {
                        (element, dimensions) = ReadTensorType(tensorType);
                    }

                    break;
                default: input.SkipLastField(); break;
            }
        }

        return new OnnxValueInfo(name, element, dimensions);
    }

    private (int Element, long?[]? Dimensions) ReadTensorType(CodedInputStream input)
    {
        int element = 0;
        long?[]? dimensions = null;
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case OnnxFields.TensorTypeElement: element = input.ReadInt32(); break;
                case OnnxFields.TensorTypeShape when IsMessage(tag):
                    dimensions = Array.ConvertAll(Messages(Message(input), OnnxFields.ShapeDimension).ToArray(), ReadDimension);
                    break;
                default: input.SkipLastField(); break;
            }
        }

        return (element, dimensions);
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

    private List<CodedInputStream> Messages(CodedInputStream input, int field)
    {
        List<CodedInputStream> messages = [];
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && IsMessage(tag)) messages.Add(Message(input));
            else input.SkipLastField();
        }

        return messages;
    }
}
