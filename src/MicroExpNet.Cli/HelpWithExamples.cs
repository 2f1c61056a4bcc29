using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MicroExpNet.Cli;

/// <summary>A command's help, with the examples that go with it at the end.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _help;

    /// <summary>Adds to the usual help.</summary>
    /// <param name="help">Writes the usual help.</param>
    public HelpWithExamples(HelpAction help) => _help = help;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = _help.Invoke(parseResult);
        string more = parseResult.CommandResult.Command switch
        {
            CommandWithExamples command => command.Examples,
            _ => "mexp COMMAND --help shows a command's options and examples.\n",
        };
        parseResult.InvocationConfiguration.Output.WriteLine(more);
        return exitCode;
    }
}
