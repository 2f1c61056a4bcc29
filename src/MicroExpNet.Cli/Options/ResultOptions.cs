using System.CommandLine;
using System.CommandLine.Completions;
using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say where the results of pictures go, and in which format.</summary>
internal sealed class ResultOptions
{
    private static readonly (string Word, ResultFormat Value)[] Formats =
        [("table", ResultFormat.Table), ("json", ResultFormat.Json), ("ndjson", ResultFormat.NdJson), ("csv", ResultFormat.Csv)];

    private static readonly (string Ending, ResultFormat Format)[] Endings =
        [(".json", ResultFormat.Json), (".ndjson", ResultFormat.NdJson), (".jsonl", ResultFormat.NdJson), (".csv", ResultFormat.Csv),
            (".txt", ResultFormat.Table)];

    // A table to read under such a name would be taken for what it is not.
    private static readonly string[] OthersEndings =
        [".parquet", ".xlsx", ".xls", ".ods", ".tsv", ".gz", ".zip", ".html", ".xml", ".yaml"];

    private readonly Option<ResultFormat> _format = new("--format")
    {
        HelpName = string.Join('|', Formats.Select(format => format.Word)),
        Description = "How results are written: columns to read, one JSON array, a JSON object a line, or CSV with a row a face. " +
            "[default: by the ending of --output, else table]",
        CustomParser = OptionValue.OneOf(Formats),
        CompletionSources = { _ => Formats.Select(format => new CompletionItem(format.Word)) },
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        HelpName = "FILE",
        Description = "Write the results to this file; it appears, or is replaced, when the run ends. [default: standard output]",
    };

    private readonly CsvOptions _csv = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_output);
        _csv.AddTo(command);
    }

    /// <summary>The file that was named; null for standard output.</summary>
    public string? Output(ParseResult parsed) => parsed.GetValue(_output) is string file and not "-" ? file : null;

    /// <summary>The format: the one that was asked for, else the one the file's name ends in.</summary>
    /// <param name="parsed">The command's arguments.</param>
    /// <param name="terminal">Where to say that format and ending differ.</param>
    /// <exception cref="CommandException">An option does not go with the format.</exception>
    public ResultFormat Format(ParseResult parsed, Terminal terminal)
    {
        string? output = Output(parsed);
        ResultFormat? ending = null;
        foreach ((string end, ResultFormat named) in Endings)
        {
            if (output?.EndsWith(end, StringComparison.OrdinalIgnoreCase) == true) ending = named;
        }

        bool isGiven = parsed.GetResult(_format) is not null;
        if (!isGiven && ending is null && OthersEndings.Contains(Path.GetExtension(output), StringComparer.OrdinalIgnoreCase))
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"--output {output}: expected a name that ends in {string.Join(", ", Endings.Select(one => one.Ending))}, or --format");
        }

        ResultFormat format = isGiven ? parsed.GetValue(_format) : ending ?? ResultFormat.Table;
        if (isGiven && ending is not null && ending != format)
        {
            terminal.Say($"--output {output}: written as {Word(format)}, as --format says, though the name ends like {Word(ending.Value)}");
        }
        _csv.CheckFormat(parsed, format == ResultFormat.Csv, Word(format));
        return format;
    }

    /// <summary>How CSV is written.</summary>
    public CsvStyle Csv(ParseResult parsed) => _csv.Requested(parsed);

    private static string Word(ResultFormat format) => Formats.First(one => one.Value == format).Word;
}
