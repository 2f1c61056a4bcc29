using System.Runtime.InteropServices;
using Google.Protobuf;

namespace MicroExpNet.Models.Onnx;

/// <summary>A protocol buffer message in the making, written field by field.</summary>
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
