using System.CommandLine;
using MicroExpNet.Architectures;
using MicroExpNet.Checkpoints;
using MicroExpNet.Cli.Options;

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

        Exit codes: 0 written; 1 the checkpoint cannot be used (nothing is written);
        2 the command itself is wrong.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string> checkpoint = new("CHECKPOINT") { Description = "A TensorFlow V2 checkpoint of the original's training code: its folder, its prefix, or its .index file." };
        Option<string> output = new("--output", "-o") { HelpName = "FILE", Description = "The ONNX file to write; an existing one is replaced.", Required = true };
        string[] names = [OriginalArchitectures.MicroExpNetName, .. OriginalArchitectures.CandidateNames];
        Option<string> architecture = new("--architecture")
        {
            HelpName = string.Join('|', names),
            Description = "The network. [default: told from the checkpoint's shapes]",
            CustomParser = OptionValue.OneOf([.. names.Select(name => (name, name))]),
        };
        Option<(int Height, int Width)?> inputSize = new("--input-size")
        {
            HelpName = "HxW",
            Description = "Height and width of the network's input. [default: 84x84 where the shapes allow it]",
            CustomParser = OptionValue.Size,
        };
        Option<string> labels = new("--labels") { HelpName = "a,b,c", Description = "The names of its classes, in the order of its outputs. [default: the eight expressions, where it has eight]" };
        CommandWithExamples command = new("import", "Turns a TensorFlow checkpoint of the original into an ONNX model file.", Examples) { checkpoint, output, architecture, inputSize, labels };
        command.SetAction(parsed =>
        {
            (int Height, int Width)? size = parsed.GetValue(inputSize);
            ImportOptions options = new()
            {
                Architecture = parsed.GetValue(architecture),
                InputHeight = size?.Height,
                InputWidth = size?.Width,
                Labels = parsed.GetValue(labels)?.Split(',', StringSplitOptions.TrimEntries),
            };
            return Run(parsed.GetValue(checkpoint)!, parsed.GetValue(output)!, options, terminal);
        });
        return command;
    }

    private static int Run(string checkpoint, string output, ImportOptions options, Terminal terminal)
    {
        using OutputFile file = new(output);
        ImportedCheckpoint imported = ModelSource.Import(checkpoint, options, ExitCode.InputFailed);
        imported.Model.Save(file.Stream);
        file.Commit();
        ImportReport.Write(imported, output, terminal.CreateReportConsole());
        return ExitCode.Success;
    }
}
