using System.CommandLine;
using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Checkpoints;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Import;

/// <summary>The arguments of <c>mexp import</c>, and what they lead to.</summary>
internal static class ImportCommand
{
    private const string Examples = """
        Examples:
          mexp import checkpoints/CK -o ck.onnx
              one of the original's released checkpoints
          mexp import runs/model-9000 -o mine.onnx --architecture p2 --input-size 84x84
              another training's checkpoint, where its shapes fit more than one network
          mexp import theirs.onnx -o mine.onnx --scale 0.00392157 \
              --labels neutral,happiness,surprise,sadness,anger,disgust,fear,contempt
              a network of others, with what its file does not say written into it
          mexp import teacher.h5 --json teacher.json -o teacher.onnx \
              --labels neutral,anger,contempt,disgust,fear,happy,sad,surprise
              a teacher of Keras, its weights and its description, for 'mexp teach'

        Exit codes: 0 written; 1 the model cannot be used (nothing is written);
        2 the command itself is wrong; 130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string> source = new("MODEL")
        {
            Description =
                "A TensorFlow V2 checkpoint of the original's training code (its folder, prefix or .index file), an ONNX file, or a " +
                "Keras model in HDF5 (.h5), which becomes an ONNX file that teaches.",
        };
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The ONNX file to write; an existing one is replaced.",
            Required = true,
        };
        string[] names = [OriginalArchitectures.MicroExpNetName, .. OriginalArchitectures.CandidateNames];
        Option<string> architecture = new("--architecture")
        {
            HelpName = string.Join('|', names),
            Description = "A checkpoint's network. [default: inferred from the checkpoint's shapes]",
            CustomParser = OptionValue.OneOf([.. names.Select(name => (name, name))]),
        };
        Option<(int Height, int Width)?> inputSize = new("--input-size")
        {
            HelpName = "HxW",
            Description =
                "Height and width of a checkpoint's input, or of a Keras model's that leaves them open. "
                + "[default: 84x84 for a checkpoint whose shapes allow it]",
            CustomParser = OptionValue.Size,
        };
        Option<string> description = new("--json")
        {
            HelpName = "FILE",
            Description = "A Keras model's description (model.to_json()), where its file holds weights alone (save_weights).",
        };
        ModelFactOptions facts = new();
        CardOptions card = new();
        CommandWithExamples command = new(
            "import", "Turns a TensorFlow checkpoint, an ONNX file of others or a Keras model into a model file.", Examples)
        {
            source, output, architecture, inputSize, description,
        };
        facts.AddTo(command);
        card.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            string path = parsed.GetValue(source)!;
            OutputFile.CheckApart([("--output", parsed.GetValue(output))], [.. ModelSource.Files(path), parsed.GetValue(description)]);
            using OutputFile file = new(parsed.GetValue(output)!);
            (int Height, int Width)? size = parsed.GetValue(inputSize);
            if (KerasImportRun.IsKeras(path))
            {
                Refuse(parsed, [architecture, .. facts.OwnModelOptions], $"is not for Keras models; {path} is one");
                FactTable written = new KerasImportRun(parsed, facts, card).Run(path, parsed.GetValue(description), size, file.Stream);
                file.Commit();
                written.Add("written", parsed.GetValue(output)!);
                written.Write(terminal.CreateReportConsole());
                return ExitCode.Success;
            }

            Refuse(parsed, [description], $"is for Keras models in HDF5; {path} is none");
            bool isCheckpoint = ModelSource.IsCheckpoint(path) || !(File.Exists(path) || ShippedModels.IsName(path));
            if (!isCheckpoint) Refuse(parsed, [architecture, inputSize], $"is for TensorFlow checkpoints; {path} is none");
            ImportedCheckpoint? imported = !isCheckpoint ? null : ModelSource.Import(
                path,
                new ImportOptions
                {
                    Architecture = parsed.GetValue(architecture),
                    InputHeight = size?.Height,
                    InputWidth = size?.Width,
                    Labels = facts.Labels(parsed),
                },
                ExitCode.InputFailed);
            Model model = card.Apply(
                parsed, facts.Apply(
                parsed, imported?.Model ?? ModelSource.Load(path, ExitCode.InputFailed, cancellationToken).Model, path));
            Save(model, path, file.Stream);
            file.Commit();
            if (imported is not null) ImportReport.Write(imported, parsed.GetValue(output)!, terminal.CreateReportConsole());
            else Report(model, parsed.GetValue(output)!, terminal);
            return ExitCode.Success;
        }));
        return command;
    }

    private static void Save(Model model, string path, Stream file)
    {
        try
        {
            model.Save(file);
        }
        catch (ModelFormatException e)
        {
            throw new CommandException(ExitCode.InputFailed, $"{path}: {e.Message}");
        }
    }

    private static void Refuse(ParseResult parsed, IEnumerable<Option> options, string why)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } wrong)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{wrong.Name} {why}");
        }
    }

    private static void Report(Model model, string output, Terminal terminal)
    {
        FactTable table = new();
        table.Add("architecture", model.Architecture.Name);
        table.Add("input", model.Architecture.Input.ToString());
        table.Add("labels", string.Join(", ", model.Architecture.Labels));
        table.Add(
            "pixels", string.Create(CultureInfo.InvariantCulture, $"0 to 255, × {model.Card.PixelScale} + {model.Card.PixelOffset}"));
        table.Add("parameters", model.Architecture.ParameterCount.ToString("N0", CultureInfo.InvariantCulture));
        table.Add("written", output);
        table.Write(terminal.CreateReportConsole());
    }
}
