using System.CommandLine;
using System.CommandLine.Completions;
using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say where the results of pictures go, and in which format.</summary>
internal sealed class ResultOptions
{
    private const string Tab = "tab";

    private static readonly (string Word, ResultFormat Value)[] Formats =
        [("table", ResultFormat.Table), ("json", ResultFormat.Json), ("ndjson", ResultFormat.NdJson), ("csv", ResultFormat.Csv)];

    private static readonly (string Ending, ResultFormat Format)[] Endings =
        [(".json", ResultFormat.Json), (".ndjson", ResultFormat.NdJson), (".jsonl", ResultFormat.NdJson), (".csv", ResultFormat.Csv),
            (".txt", ResultFormat.Table)];

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

    private readonly Option<char> _separator = new("--separator")
    {
        HelpName = "CHARACTER",
        Description = "What stands between two values of CSV: ; for Excel where the decimal mark is a comma, or 'tab'. [default: ,]",
        CustomParser = result => result.Tokens is [{ Value: Tab }] ? '\t' : OptionValue.Character(result),
    };

    private readonly Option<bool> _bom = new("--bom")
    {
        Description = "Start CSV with a byte order mark, by which Excel knows that it is UTF-8.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _format, _output, _separator, _bom }) command.Add(option);
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
        ResultFormat format = isGiven ? parsed.GetValue(_format) : ending ?? ResultFormat.Table;
        if (isGiven && ending is not null && ending != format)
        {
            terminal.Say($"--output {output}: written as {Word(format)}, as --format says, though the name ends like {Word(ending.Value)}");
        }
        foreach (Option option in new Option[] { _separator, _bom })
        {
            if (parsed.GetResult(option) is { Implicit: false } && format != ResultFormat.Csv)
            {
                throw new CommandException(ExitCode.WrongCommand, $"{option.Name} is for CSV, not for {Word(format)}");
            }
        }

        return format;
    }

    /// <summary>How CSV is written.</summary>
    public CsvStyle Csv(ParseResult parsed) =>
        new(parsed.GetResult(_separator) is null ? CsvStyle.Default.Separator : parsed.GetValue(_separator), parsed.GetValue(_bom));

    private static string Word(ResultFormat format) => Formats.First(one => one.Value == format).Word;
}
