using System.Text.Encodings.Web;
using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Inspect;

/// <summary>A model as one JSON object.</summary>
internal static class InspectionJson
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the object.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">Its path.</param>
    /// <param name="bytes">Its size on disk.</param>
    /// <param name="stream">Where to.</param>
    public static void Write(Model model, string file, long bytes, Stream stream)
    {
        Architecture architecture = model.Architecture;
        using (Utf8JsonWriter json = new(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteNumber("bytes", bytes);
            json.WriteString("architecture", architecture.Name);
            Write(json, "input", architecture.Input);
            json.WriteStartArray("labels");
            foreach (string label in architecture.Labels) json.WriteStringValue(label);
            json.WriteEndArray();
            json.WriteNumber("parameters", architecture.ParameterCount);
            json.WriteNumber("multiplyAdds", architecture.MultiplyAdds);
            json.WriteNumber("bits", model.Quantization is null ? 32 : 8);
            json.WriteStartArray("layers");
            foreach (Layer layer in architecture.Layers) Write(json, layer);
            json.WriteEndArray();
            Write(json, model.Card);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
        stream.Flush();
    }

    private static void Write(Utf8JsonWriter json, Layer layer)
    {
        json.WriteStartObject();
        json.WriteString("name", layer.Name);
        json.WriteString("kind", layer.Kind);
        json.WriteString("settings", layer.Settings);
        Write(json, "output", layer.OutputShape);
        json.WriteNumber("parameters", layer.ParameterCount);
        json.WriteNumber("multiplyAdds", layer.MultiplyAdds);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, TensorShape shape)
    {
        json.WriteStartObject(name);
        json.WriteNumber("height", shape.Height);
        json.WriteNumber("width", shape.Width);
        json.WriteNumber("channels", shape.Channels);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ModelCard card)
    {
        json.WriteStartObject("card");
        json.WriteNumber("pixelScale", card.PixelScale);
        json.WriteNumber("pixelOffset", card.PixelOffset);
        if (card.FaceCrop is FaceCrop crop)
        {
            json.WriteStartObject("faceCrop");
            json.WriteNumber("faceHeight", crop.FaceHeight);
            json.WriteNumber("faceWidth", crop.FaceWidth);
            json.WriteNumber("top", crop.Top);
            json.WriteNumber("left", crop.Left);
            json.WriteNumber("height", crop.Height);
            json.WriteNumber("width", crop.Width);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("faceCrop");
        }

        json.WriteBoolean("antialias", card.Antialias);
        json.WriteNumber("leveling", card.Leveling);
        json.WriteBoolean("mirrorMean", card.MirrorMean);
        json.WriteString("description", card.Description);
        json.WriteString("trainingData", card.TrainingData);
        json.WriteString("license", card.License);
        json.WriteString("source", card.Source);
        json.WriteString("scores", card.Scores);
        json.WriteStartObject("other");
        foreach ((string name, string value) in card.Other) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
