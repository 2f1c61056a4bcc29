using System.CommandLine;
using System.CommandLine.Completions;
using MicroExpNet.Cli.Options;
using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli.Video;

/// <summary>The options that say where the table of a film's faces goes, and in which format.</summary>
internal sealed class FaceTableOptions
{
    private static readonly (string Word, FaceTableFormat Value)[] Formats =
        [("csv", FaceTableFormat.Csv), ("ndjson", FaceTableFormat.NdJson), ("parquet", FaceTableFormat.Parquet)];

    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description =
            "Write a row for each face of each frame to this file: .csv, .ndjson or .parquet. It appears, or is replaced, when the run " +
            "ends.",
    };

    private readonly Option<FaceTableFormat> _format = new("--format")
    {
        HelpName = string.Join('|', Formats.Select(format => format.Word)),
        Description = "How the table is written. [default: by the ending of --output]",
        CustomParser = OptionValue.OneOf(Formats),
        CompletionSources = { _ => Formats.Select(format => new CompletionItem(format.Word)) },
    };

    private readonly CsvOptions _csv = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_output);
        command.Add(_format);
        _csv.AddTo(command);
    }

    /// <summary>The table that was asked for.</summary>
    /// <exception cref="CommandException">The file's name does not say the format, or an option does not go with it.</exception>
    public FaceTable Requested(ParseResult parsed)
    {
        string? output = parsed.GetValue(_output);
        if (output == PictureInput.StandardInput) throw new CommandException(ExitCode.WrongCommand, "--output -: name a file");
        FaceTableFormat format = parsed.GetResult(_format) is not null ? parsed.GetValue(_format) : ByEnding(output);
        _csv.CheckFormat(parsed, format == FaceTableFormat.Csv, Formats.First(one => one.Value == format).Word);
        return new FaceTable(output, format, _csv.Requested(parsed));
    }

    private static FaceTableFormat ByEnding(string? output) => Path.GetExtension(output)?.ToLowerInvariant() switch
    {
        ".csv" => FaceTableFormat.Csv,
        ".parquet" => FaceTableFormat.Parquet,
        null or ".ndjson" or ".jsonl" => FaceTableFormat.NdJson,
        _ => throw new CommandException(
            ExitCode.WrongCommand, $"--output {output}: the name must end in .csv, .ndjson or .parquet, or --format say the format"),
    };
}
