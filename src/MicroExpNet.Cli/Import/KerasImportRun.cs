using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training;
using MicroExpNet.Training.Keras;

namespace MicroExpNet.Cli.Import;

/// <summary>Turns a teacher of Keras into an ONNX file, with what the options say of it in its metadata.</summary>
/// <param name="parsed">The command's arguments.</param>
/// <param name="facts">What the model's outputs mean and how it reads pixels.</param>
/// <param name="card">What is said of it in words.</param>
internal sealed class KerasImportRun(ParseResult parsed, ModelFactOptions facts, CardOptions card)
{
    /// <summary>Whether a path leads to a Keras file.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="CommandException">It leads to one that is not read.</exception>
    public static bool IsKeras(string path)
    {
        if (!File.Exists(path)) return false;
        if (KerasFile.IsHdf5(path)) return true;
        string? fault = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".KERAS" => $"an archive of Keras 3; save the model as HDF5: model.save('{Path.GetFileNameWithoutExtension(path)}.h5')",
            ".H5" or ".HDF5" => "no HDF5 file, though it is called so",
            _ => null,
        };
        return fault is null ? false : throw new CommandException(ExitCode.InputFailed, $"{path}: {fault}");
    }

    /// <summary>Reads and writes.</summary>
    /// <param name="path">The Keras file.</param>
    /// <param name="description">The model's JSON; null where the file holds it.</param>
    /// <param name="inputSize">Rows and columns of the input, where the description leaves them open.</param>
    /// <param name="output">Takes the ONNX file.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="CommandException">That cannot be done.</exception>
    public FactTable Run(string path, string? description, (int Height, int Width)? inputSize, Stream output)
    {
        KerasModel model = Read(path, description, inputSize);
        string[]? labels = facts.Labels(parsed) is { } given ? [.. given] : null;
        int outputs = model.Output.Channels;
        if (labels is not null && labels.Length != outputs)
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"{path}: --labels gives {labels.Length} names for {outputs} outputs; expected one for each");
        }

        if (labels is not null && (labels.Contains("") || labels.Distinct(StringComparer.OrdinalIgnoreCase).Count() < labels.Length))
        {
            throw new CommandException(ExitCode.WrongCommand, "--labels: a name is empty or given twice");
        }

        (float? scale, float? offset) = facts.PixelScaling(parsed);
        (float Scale, float Offset)? pixels = scale is null && offset is null
            ? model.PixelScaling
            : (scale ?? model.PixelScaling?.Scale ?? 1, offset ?? model.PixelScaling?.Offset ?? 0);
        List<KeyValuePair<string, string>> metadata = [.. card.Entries(parsed)];
        if (labels is not null) metadata.Add(new("labels", JsonSerializer.Serialize(labels, TrainingJson.Default.StringArray)));
        if (pixels is { } scaling)
        {
            metadata.Add(new("pixel_scale", scaling.Scale.ToString("R", CultureInfo.InvariantCulture)));
            metadata.Add(new("pixel_offset", scaling.Offset.ToString("R", CultureInfo.InvariantCulture)));
        }

        model.Write(output, metadata);
        FactTable table = new();
        table.Add("model", model.Description.Name);
        table.Add("layers", model.Description.Layers.Count.ToString(CultureInfo.InvariantCulture));
        table.Add("input", string.Join('×', model.Input.Shape));
        table.Add("outputs", outputs.ToString(CultureInfo.InvariantCulture));
        table.Add("labels", labels is null ? "not known; give --labels, or --teacher-labels to mexp teach" : string.Join(", ", labels));
        table.Add("pixels", pixels is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"0 to 255, × {known.Scale} + {known.Offset}")
            : "not known, 0 to 255 as they are; give --scale and --offset if the model was trained otherwise");
        table.Add("parameters", model.ParameterCount.ToString("N0", CultureInfo.InvariantCulture));
        return table;
    }

    private static KerasModel Read(string path, string? description, (int Height, int Width)? inputSize)
    {
        try
        {
            return KerasImport.Read(path, description, inputSize);
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            bool isDescription = e is not ModelFormatException && description is not null && !File.Exists(description);
            throw new CommandException(ExitCode.InputFailed, Message.Of(e, isDescription ? description! : path));
        }
    }
}
