using System.CommandLine;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Inspect;

/// <summary>The arguments of <c>mexp inspect</c>, and what they lead to.</summary>
internal static class InspectCommand
{
    private const string Examples = """
        Examples:
          mexp inspect model.onnx
          mexp inspect checkpoints/CK --format json

        Exit codes: 0 shown; 1 the model cannot be read; 2 the command itself is wrong.

        """;

    private const string Json = "json";

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = new("MODEL")
        {
            Description = "An ONNX file, or a TensorFlow checkpoint (its folder, prefix or .index file).",
        };
        Option<string> format = new("--format")
        {
            HelpName = "table|json",
            Description = "Columns to read, or one JSON object. [default: table]",
            CustomParser = OptionValue.OneOf(("table", "table"), (Json, Json)),
        };
        CommandWithExamples command = new(
            "inspect", "Shows a model: its layers, shapes, parameters, multiply-adds, labels and card.", Examples) { model, format };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(model)!;
            (Model read, long bytes) = ModelSource.Load(path, ExitCode.InputFailed);
            if (parsed.GetValue(format) == Json) InspectionJson.Write(read, path, bytes, terminal.Output);
            else InspectionTable.Write(read, path, bytes, terminal.CreateConsole());
            return ExitCode.Success;
        });
        return command;
    }
}
