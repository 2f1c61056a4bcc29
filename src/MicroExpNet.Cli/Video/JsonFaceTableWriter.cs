using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>The faces of films as JSON: an object for each face of each frame, one a line.</summary>
/// <param name="stream">Where to write.</param>
internal sealed class JsonFaceTableWriter(Stream stream) : IFaceTableWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc/>
    public void Write(string film, VideoFrameResult frame, in VideoFace face)
    {
        _buffer.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("film", film);
            json.WriteNumber("frame", frame.Index);
            json.WriteNumber("time", Math.Round(frame.Time.TotalSeconds, 6));
            json.WriteNumber("track", face.Track);
            json.WriteStartObject("box");
            json.WriteNumber("x", face.Box.X);
            json.WriteNumber("y", face.Box.Y);
            json.WriteNumber("width", face.Box.Width);
            json.WriteNumber("height", face.Box.Height);
            json.WriteEndObject();
            json.WriteNumber("score", face.Face.Score);
            if (face.Face.Eyes is { } eyes)
            {
                json.WriteStartObject("eyes");
                json.WriteNumber("left_x", eyes.LeftX);
                json.WriteNumber("left_y", eyes.LeftY);
                json.WriteNumber("right_x", eyes.RightX);
                json.WriteNumber("right_y", eyes.RightY);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("eyes");
            }

            json.WriteString("expression", face.Top);
            json.WriteNumber("probability", face.TopProbability);
            json.WriteStartObject("probabilities");
            for (int i = 0; i < face.Scores.Labels.Length; i++) json.WriteNumber(face.Scores.Labels[i], face.Scores.Probabilities[i]);

            json.WriteEndObject();
            json.WriteEndObject();
        }

        _buffer.Write("\n"u8);
        stream.Write(_buffer.WrittenSpan);
    }

    /// <inheritdoc/>
    public void Complete() => stream.Flush();
}
