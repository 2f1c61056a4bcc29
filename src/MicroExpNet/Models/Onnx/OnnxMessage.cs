using System.Runtime.InteropServices;
using Google.Protobuf;

namespace MicroExpNet.Models.Onnx;

/// <summary>A protocol buffer message being written, field by field.</summary>
internal sealed class OnnxMessage : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _output;

    public OnnxMessage()
    {
        _output = new CodedOutputStream(_bytes, leaveOpen: true);
    }

    public void Write(int field, long value)
    {
        _output.WriteTag(field, WireFormat.WireType.Varint);
        _output.WriteInt64(value);
    }

    public void Write(int field, float value)
    {
        _output.WriteTag(field, WireFormat.WireType.Fixed32);
        _output.WriteFloat(value);
    }

    public void Write(int field, string value)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteString(value);
    }

    public void Write(int field, ReadOnlySpan<float> values) => Write(field, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)));

    public void Write(int field, ReadOnlySpan<int> values) => Write(field, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)));

    public void Write(int field, ReadOnlySpan<sbyte> values) => Write(field, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)));

    public void Write(int field, ReadOnlySpan<long> values) => Write(field, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)));

    /// <summary>Writes a message as a field of this one.</summary>
    public void Write(int field, Action<OnnxMessage> write)
    {
        using OnnxMessage message = new();
        write(message);
        Write(field, UnsafeByteOperations.UnsafeWrap(message.ToArray()));
    }

    /// <summary>Writes an attribute of a node, an integer.</summary>
    public void WriteAttribute(string name, long value) => Write(OnnxFields.NodeAttribute, attribute =>
    {
        attribute.Write(OnnxFields.AttributeName, name);
        attribute.Write(OnnxFields.AttributeInteger, value);
        attribute.Write(OnnxFields.AttributeType, 2);
    });

    /// <summary>Writes an attribute of a node, a float.</summary>
    public void WriteAttribute(string name, float value) => Write(OnnxFields.NodeAttribute, attribute =>
    {
        attribute.Write(OnnxFields.AttributeName, name);
        attribute.Write(OnnxFields.AttributeFloat, value);
        attribute.Write(OnnxFields.AttributeType, 1);
    });

    /// <summary>Writes an attribute of a node, a list of integers.</summary>
    public void WriteAttribute(string name, long[] values) => Write(OnnxFields.NodeAttribute, attribute =>
    {
        attribute.Write(OnnxFields.AttributeName, name);
        foreach (long value in values) attribute.Write(OnnxFields.AttributeIntegers, value);
        attribute.Write(OnnxFields.AttributeType, 7);
    });

    public byte[] ToArray()
    {
        _output.Flush();
        return _bytes.ToArray();
    }

    public void Dispose() => _output.Dispose();

    private void Write(int field, ByteString bytes)
    {
        _output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _output.WriteBytes(bytes);
    }
}
