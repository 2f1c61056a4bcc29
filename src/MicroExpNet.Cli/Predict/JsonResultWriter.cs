using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>Results as JSON: one array with an object a line, or the bare objects, a line each.</summary>
internal sealed class JsonResultWriter : IResultWriter
{
    // Relaxed: names of files and folders stay readable; this JSON is not put into a web page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
        using (Utf8JsonWriter json = new(_buffer, Options)) Write(json, result);
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

    private static void Write(Utf8JsonWriter json, PictureResult result)
    {
        json.WriteStartObject();
        json.WriteString("file", result.Input.Name);
        Write(json, "width", result.Width);
        Write(json, "height", result.Height);
        json.WriteStartArray("faces");
        foreach (ClassifiedFace face in result.Faces) Write(json, face);
        json.WriteEndArray();
        json.WriteString("error", result.Error);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClassifiedFace face)
    {
        json.WriteStartObject();
        if (face.Box is FaceBox box)
        {
            json.WriteStartObject("box");
            json.WriteNumber("x", box.X);
            json.WriteNumber("y", box.Y);
            json.WriteNumber("width", box.Width);
            json.WriteNumber("height", box.Height);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("box");
        }

        if (face.Face is { } found) json.WriteNumber("score", found.Score);
        else json.WriteNull("score");
        if (face.Face?.Eyes is { } eyes)
        {
            json.WriteStartObject("eyes");
            WriteEye(json, "left", eyes.LeftX, eyes.LeftY);
            WriteEye(json, "right", eyes.RightX, eyes.RightY);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("eyes");
        }

        json.WriteString("expression", face.Scores.Top);
        json.WriteNumber("probability", face.Scores.TopProbability);
        json.WriteStartObject("probabilities");
        for (int i = 0; i < face.Scores.Labels.Length; i++) json.WriteNumber(face.Scores.Labels[i], face.Scores.Probabilities[i]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEye(Utf8JsonWriter json, string name, float x, float y)
    {
        json.WriteStartObject(name);
        json.WriteNumber("x", MathF.Round(x, 1));
        json.WriteNumber("y", MathF.Round(y, 1));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, int? value)
    {
        if (value is int number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
