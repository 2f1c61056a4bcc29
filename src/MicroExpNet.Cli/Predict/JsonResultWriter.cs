using System.Buffers;
using System.Text.Json;
using MicroExpNet.Vision.Json;

namespace MicroExpNet.Cli.Predict;

/// <summary>Results as JSON: one array with an object a line, or the bare objects, a line each.</summary>
internal sealed class JsonResultWriter : IResultWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = ResultJson.Readable.Options.Encoder };

    private readonly Stream _stream;
    private readonly bool _array;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private bool _any;

    /// <summary>Starts.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="array">One array, or a line an object.</param>
    public JsonResultWriter(Stream stream, bool array)
    {
        _stream = stream;
        _array = array;
    }

    /// <inheritdoc/>
    public void Write(PictureResult result)
    {
        _buffer.ResetWrittenCount();
        if (_array) _buffer.Write(_any ? ",\n"u8 : "[\n"u8);
        using (Utf8JsonWriter json = new(_buffer, Options))
        {
            JsonSerializer.Serialize(json, ToJson(result), ResultJson.Readable.PictureJson);
        }

        if (!_array) _buffer.Write("\n"u8);
        _any = true;
        _stream.Write(_buffer.WrittenSpan);
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_array) _stream.Write(_any ? "\n]\n"u8 : "[]\n"u8);
        _stream.Flush();
    }

    private static PictureJson ToJson(PictureResult result) => new()
    {
        File = result.Input.Name,
        Width = result.Width,
        Height = result.Height,
        Faces = [.. result.Faces.Select(FaceJson.Of)],
        Error = result.Error,
    };
}
