using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MicroExpNet.Cli.Label;

/// <summary>Rows as JSON, an object a line; what a row lacks is left out.</summary>
/// <param name="stream">Takes the bytes.</param>
/// <param name="labels">The model's classes.</param>
internal sealed class JsonLabelWriter(Stream stream, IReadOnlyList<string> labels) : ILabelWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc/>
    public void Write(LabelRow row)
    {
        _buffer.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("file", row.File);
            if (row.Frame is { } frame) json.WriteNumber("frame", frame);
            if (row.Time is { } time) json.WriteNumber("time", Math.Round(time, 6));
            if (row.Track is { } track) json.WriteNumber("track", track);
            if (row.Width is { } width) json.WriteNumber("width", width);
            if (row.Height is { } height) json.WriteNumber("height", height);
            if (row.Number is { } number) json.WriteNumber("face", number);
            if (row.Face is { } face) WriteFace(json, face);
            if (row.Expression is { } expression) json.WriteString("expression", expression);
            if (row.Probability is { } probability) json.WriteNumber("probability", probability);
            if (!row.Probabilities.IsEmpty)
            {
                json.WriteStartObject("probabilities");
                for (int i = 0; i < labels.Count; i++) json.WriteNumber(labels[i], row.Probabilities.Span[i]);
                json.WriteEndObject();
            }

            if (row.Error is { } error) json.WriteString("error", error);
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
        stream.Write(_buffer.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Complete(string metadata) => stream.Flush();

    private static void WriteFace(Utf8JsonWriter json, DetectedFace face)
    {
        json.WriteStartObject("box");
        json.WriteNumber("x", face.Box.X);
        json.WriteNumber("y", face.Box.Y);
        json.WriteNumber("width", face.Box.Width);
        json.WriteNumber("height", face.Box.Height);
        json.WriteEndObject();
        json.WriteNumber("score", face.Score);
        if (face.Eyes is not { } eyes) return;
        json.WriteStartObject("eyes");
        json.WriteNumber("left_x", eyes.LeftX);
        json.WriteNumber("left_y", eyes.LeftY);
        json.WriteNumber("right_x", eyes.RightX);
        json.WriteNumber("right_y", eyes.RightY);
        json.WriteEndObject();
    }
}
