using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Checkpoints;

/// <summary>Imports TensorFlow checkpoints of the original's networks as a <see cref="Model"/>.</summary>
public static class CheckpointImporter
{
    private const int MaxInput = 4096;

    // Weights and biases of each layer, by the names that the original saves them under.
    private static readonly (string Layer, string Weights, string Biases)[] Variables =
        [("conv1", "wc1", "bc1"), ("conv2", "wc2", "bc2"), ("fc1", "wfc", "bfc"), ("logits", "wo", "bo")];

    /// <summary>Reads the network's variables of a TensorFlow V2 checkpoint and infers the architecture from their shapes.</summary>
    /// <param name="path">A folder with a <c>checkpoint</c> file, the checkpoint's prefix, or its <c>.index</c> file.</param>
    /// <param name="options">What the shapes leave open.</param>
    /// <exception cref="ModelFormatException">
    /// The checkpoint is broken or of another network; the message names file, tensor or offset.
    /// </exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static ImportedCheckpoint Import(string path, ImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ImportOptions();
        CheckOptions(options);
        TensorFlowCheckpoint checkpoint = TensorFlowCheckpoint.Open(path);
        List<string> notes = [];
        Architecture architecture = InferArchitecture(checkpoint, options, notes);
        List<LayerParameters?> parameters = [];
        List<CheckpointVariable> taken = [];
        foreach (Layer layer in architecture.Layers)
        {
            if (layer.ParameterCount == 0)
            {
                parameters.Add(null);
                continue;
            }

            (_, string weights, string biases) = Variables.First(variable => variable.Layer == layer.Name);
            parameters.Add(new LayerParameters(checkpoint.ReadFloats(weights), checkpoint.ReadFloats(biases)));
            taken.Add(new CheckpointVariable(weights, checkpoint.ShapeOf(weights)));
            taken.Add(new CheckpointVariable(biases, checkpoint.ShapeOf(biases)));
        }

        HashSet<string> names = [.. taken.Select(variable => variable.Name)];
        Model model = new(architecture, parameters, Card(checkpoint.IndexPath));
        return new ImportedCheckpoint(
            model, checkpoint.IndexPath, taken, [.. checkpoint.Names.Where(name => !names.Contains(name))], notes);
    }

    private static void CheckOptions(ImportOptions options)
    {
        if (options.Architecture is { } name && name != OriginalArchitectures.MicroExpNetName &&
            !OriginalArchitectures.CandidateNames.Contains(name))
        {
            throw new ArgumentException($"unknown architecture '{name}': expected microexpnet, v, p1, p2 or p12", nameof(options));
        }

        if (options.InputHeight is < 1 or > MaxInput || options.InputWidth is < 1 or > MaxInput ||
            options.InputHeight is null != options.InputWidth is null)
        {
            throw new ArgumentException($"the input size needs both rows and columns, 1 to {MaxInput}", nameof(options));
        }
    }

    private static Architecture InferArchitecture(TensorFlowCheckpoint checkpoint, ImportOptions options, List<string> notes)
    {
        string index = checkpoint.IndexPath;
        Expect("wc1", 8, 8, 1, 16);
        Expect("bc1", 16);
        Expect("wc2", 4, 4, 16, 32);
        Expect("bc2", 32);
        ImmutableArray<long> connected = checkpoint.ShapeOf("wfc");
        if (connected is not [> 0 and <= int.MaxValue and var features, > 0 and <= int.MaxValue and var hidden])
        {
            throw Unexpected("wfc", "[features, width]");
        }

        Expect("bfc", hidden);
        ImmutableArray<long> output = checkpoint.ShapeOf("wo");
        if (output is not [_, > 0 and <= 10_000 and var classes] || output[0] != hidden) throw Unexpected("wo", $"[{hidden}, classes]");
        Expect("bo", classes);

        IReadOnlyList<string> labels = Labels((int)classes, options, index);
        CheckpointFit fit = Choose(new CheckpointShapes((int)features, (int)hidden), options, index, notes);
        bool isMicroExpNet = fit is { Candidate: "p12", Squeeze: OriginalArchitectures.MicroExpNetSqueeze } &&
            options.Architecture is null or OriginalArchitectures.MicroExpNetName;
        return isMicroExpNet
            ? OriginalArchitectures.MicroExpNet(fit.Height, fit.Width, labels)
            : OriginalArchitectures.Candidate(fit.Candidate, fit.Squeeze, fit.Height, fit.Width, labels);

        void Expect(string name, params long[] shape)
        {
            if (!checkpoint.ShapeOf(name).SequenceEqual(shape)) throw Unexpected(name, $"[{string.Join(',', shape)}]");
        }

        ModelFormatException Unexpected(string name, string expected) =>
            new($"{index}: tensor '{name}' has shape [{string.Join(',', checkpoint.ShapeOf(name))}]; expected {expected}");
    }

    private static IReadOnlyList<string> Labels(int classes, ImportOptions options, string index)
    {
        if (options.Labels is { } given)
        {
            return given.Count == classes
                ? given
                : throw new ModelFormatException($"{index}: the network has {classes} classes, but {given.Count} labels are given");
        }

        return classes == OriginalArchitectures.DefaultLabels.Length
            ? OriginalArchitectures.DefaultLabels
            : throw new ModelFormatException(
                $"{index}: the network has {classes} classes, not the eight expressions; name them with --labels");
    }

    private static CheckpointFit Choose(CheckpointShapes shapes, ImportOptions options, string index, List<string> notes)
    {
        List<CheckpointFit> fits = shapes.Fits(options);
        string sizes = $"{shapes.Features} features and a width of {shapes.Hidden}";
        if (fits.Count == 0)
        {
            string input = options.InputHeight is null
                ? "any square input; give --input-size for another"
                : $"an input of {options.InputHeight}×{options.InputWidth}";
            string candidates = options.Architecture ?? "v, p1, p2 or p12";
            throw new ModelFormatException($"{index}: the fully connected layer has {sizes}; expected those of {candidates} at {input}");
        }

        if (options.InputHeight is null)
        {
            // Strides round, so several input sizes give the same shapes; the original's is chosen if it is one of them.
            const int original = OriginalArchitectures.DefaultInputSize;
            List<CheckpointFit> usual = fits.FindAll(fit => fit.Height == original);
            if (usual.Count > 0) fits = usual;
            else if (fits.Select(fit => fit.Height).Distinct().Count() > 1)
            {
                string each = string.Join(
                    "; ",
                    fits.GroupBy(fit => fit.Candidate).Select(
                        group => $"{group.Key} from {group.Min(fit => fit.Height)} to {group.Max(fit => fit.Height)}"));
                throw new ModelFormatException(
                    $"{index}: the fully connected layer has {sizes}, which fits several input sizes ({each}); "
                    + "give --input-size HEIGHTxWIDTH");
            }
        }

        if (fits.Count == 1) return fits[0];
        CheckpointFit microExpNet = fits.FirstOrDefault(
            fit => fit is { Candidate: "p12", Squeeze: OriginalArchitectures.MicroExpNetSqueeze });
        if (microExpNet is { Candidate: "p12" })
        {
            notes.Add("p2 with squeeze 16 has the same shapes; give --architecture p2 if it is that");
            return microExpNet;
        }

        string names = string.Join(" and ", fits.Select(fit => $"{fit.Candidate} (squeeze {fit.Squeeze})"));
        throw new ModelFormatException($"{index}: {names} have the same shapes; say which it is with --architecture");
    }

    private static ModelCard Card(string index)
    {
        string name = Path.GetFileNameWithoutExtension(index);
        string? data = name switch
        {
            "MicroExpNet_CK" => "CK+",
            "MicroExpNet_OuluCASIA" => "Oulu-CASIA",
            _ => null,
        };
        return new ModelCard
        {
            FaceCrop = FaceCrop.Original,
            Source = data is null
                ? $"imported from the TensorFlow checkpoint {name}"
                : $"checkpoint {name} released by Cugu, Sener and Akbas with MicroExpNet",
            TrainingData = data,
            License = data is null ? null : "MIT",
        };
    }
}
