using System.CommandLine;
using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say how CSV is written.</summary>
internal sealed class CsvOptions
{
    private const string Tab = "tab";

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
        command.Add(_separator);
        command.Add(_bom);
    }

    /// <summary>Makes sure that no option was given where no CSV is written.</summary>
    /// <param name="parsed">The command's arguments.</param>
    /// <param name="isCsv">Whether CSV is written.</param>
    /// <param name="format">What is written.</param>
    /// <exception cref="CommandException">One was given.</exception>
    public void CheckFormat(ParseResult parsed, bool isCsv, string format)
    {
        foreach (Option option in new Option[] { _separator, _bom })
        {
            if (parsed.GetResult(option) is { Implicit: false } && !isCsv)
            {
                throw new CommandException(ExitCode.WrongCommand, $"{option.Name} is for CSV, not for {format}");
            }
        }
    }

    /// <summary>How CSV is written.</summary>
    public CsvStyle Requested(ParseResult parsed) =>
        new(parsed.GetResult(_separator) is null ? CsvStyle.Default.Separator : parsed.GetValue(_separator), parsed.GetValue(_bom));
}
