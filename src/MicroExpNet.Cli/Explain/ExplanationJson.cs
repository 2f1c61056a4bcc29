using System.Text.Encodings.Web;
using System.Text.Json;
using MicroExpNet.Architectures;

namespace MicroExpNet.Cli.Explain;

/// <summary>Explanations as JSON, one array of faces.</summary>
internal static class ExplanationJson
{
    private static readonly JsonWriterOptions Options = new() { NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the array.</summary>
    /// <param name="faces">The faces.</param>
    /// <param name="input">The shape that the network reads.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(IReadOnlyList<FaceExplanation> faces, TensorShape input, Stream stream)
    {
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartArray();
            foreach (FaceExplanation face in faces) Write(json, face, input);
            json.WriteEndArray();
        }

        stream.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, FaceExplanation face, TensorShape input)
    {
        json.WriteStartObject();
        json.WriteNumber("face", face.Number);
        if (face.Face.Box is { } box)
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

        json.WriteString("class", face.Class);
        json.WriteStartObject("probabilities");
        for (int i = 0; i < face.Face.Scores.Labels.Length; i++)
        {
            json.WriteNumber(face.Face.Scores.Labels[i], face.Face.Scores.Probabilities[i]);
        }

        json.WriteEndObject();
        Write(json, "occlusion", face.Occlusion, input);
        Write(json, "gradients", face.Gradients, input);
        json.WriteEndObject();
        json.Flush();
    }

    // [rows][columns]
    private static void Write(Utf8JsonWriter json, string name, float[]? map, TensorShape input)
    {
        if (map is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        for (int y = 0; y < input.Height; y++)
        {
            json.WriteStartArray();
            for (int x = 0; x < input.Width; x++) json.WriteNumberValue(map[(y * input.Width) + x]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
