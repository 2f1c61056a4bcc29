using System.Text;
using System.Text.Json;

namespace MicroExpNet.Training.Keras;

/// <summary>Turns a model of Keras, a teacher, into an ONNX file, which ONNX Runtime runs.</summary>
internal static class KerasImport
{
    // Inception_v3's is 200 kB.
    private const long MaxDescription = 64L << 20;

    /// <summary>Reads a model.</summary>
    /// <param name="path">An HDF5 file of <c>model.save</c> or <c>save_weights</c>.</param>
    /// <param name="descriptionPath">The model as <c>to_json</c> writes it; null where the file holds it itself.</param>
    /// <param name="inputSize">Rows and columns of the input, where the description leaves them open.</param>
    /// <returns>The model, to be written.</returns>
    /// <exception cref="ModelFormatException">It cannot be read, or not all of it can be translated.</exception>
    public static KerasModel Read(string path, string? descriptionPath, (int Height, int Width)? inputSize)
    {
        using KerasFile file = KerasFile.Open(path);
        string description = descriptionPath is not null ? ReadText(descriptionPath)
            : file.Description ?? throw new ModelFormatException(
                $"{path}: it holds weights alone; give the model's description, as model.to_json() writes it, with --json");
        KerasGraph graph = Parse(description, descriptionPath ?? path);
        try
        {
            int[] shape = InputShape(graph, inputSize);
            KerasConverter converter = new(file.Weights);
            (KerasValue input, KerasValue output) = converter.Translate(graph, shape);
            long parameters = file.Weights.Values.Sum(layer => layer.Sum(weight => weight.Length));
            return new KerasModel(graph, converter.Graph, input, output, parameters);
        }
        catch (ModelFormatException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new ModelFormatException($"{path}: {e.Message}", e);
        }
    }

    private static string ReadText(string path)
    {
        using FileStream file = File.OpenRead(path);
        using MemoryStream content = new();
        byte[] buffer = new byte[1 << 16];
        for (int read = file.Read(buffer); read > 0; read = file.Read(buffer))
        {
            content.Write(buffer, 0, read);
            if (content.Length > MaxDescription)
            {
                throw new ModelFormatException($"{path}: a model's description has at most {MaxDescription >> 20} MB");
            }
        }

        return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length).TrimStart('\uFEFF');
    }

    private static KerasGraph Parse(string description, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(description);
            CheckTexts(document.RootElement);

            // Keras's to_json gives a text, which some save as JSON once more.
            return document.RootElement.ValueKind == JsonValueKind.String
                ? Parse(document.RootElement.GetString()!, path)
                : KerasGraph.Parse(document.RootElement.Clone());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException($"{path}: the model's description is no JSON ({e.Message.ReplaceLineEndings(" ")})", e);
        }
        catch (ModelFormatException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new ModelFormatException($"{path}: {e.Message}", e);
        }
    }

    // Half of a character is found only where the text is asked for.
    private static void CheckTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement one in element.EnumerateArray()) CheckTexts(one);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty one in element.EnumerateObject())
                {
                    _ = one.Name;
                    CheckTexts(one.Value);
                }

                break;
        }
    }

    private static int[] InputShape(KerasGraph graph, (int Height, int Width)? size)
    {
        int?[] shape = [.. graph.InputShape];
        if (size is { } given)
        {
            if ((shape[0] ?? given.Height) != given.Height || (shape[1] ?? given.Width) != given.Width)
            {
                throw new ModelFormatException(
                    $"--input-size {given.Height}x{given.Width} does not fit the model, which reads {shape[0]}x{shape[1]}");
            }

            (shape[0], shape[1]) = (given.Height, given.Width);
        }

        if (shape[2] is not { } channels) throw new ModelFormatException("the description does not say how many channels the input has");
        return shape is [{ } height, { } width, _]
            ? [height, width, channels]
            : throw new ModelFormatException("the description leaves the input's size open; give it with --input-size, e.g. 299x299");
    }
}
