using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using MicroExpNet.Cli.Bench;
using MicroExpNet.Cli.Blur;
using MicroExpNet.Cli.Compare;
using MicroExpNet.Cli.Detector;
using MicroExpNet.Cli.Evaluate;
using MicroExpNet.Cli.Explain;
using MicroExpNet.Cli.Faces;
using MicroExpNet.Cli.Import;
using MicroExpNet.Cli.Inspect;
using MicroExpNet.Cli.Label;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Cli.Quantize;
using MicroExpNet.Cli.Serve;
using MicroExpNet.Cli.Sweep;
using MicroExpNet.Cli.Train;
using MicroExpNet.Cli.Video;

namespace MicroExpNet.Cli;

/// <summary>The command <c>mexp</c>: from arguments to an exit code. Whatever goes wrong is one line on standard error.</summary>
internal static class CommandLine
{
    /// <summary>The <see cref="Exception.HResult"/> of writing to a pipe whose reader has ended.</summary>
    public const int BrokenPipe = 32;

    private static readonly (string Name, Func<Terminal, Command> Create)[] Commands =
    [
        ("predict", PredictCommand.Create),
        ("video", VideoCommand.Create),
        ("camera", CameraCommand.Create),
        ("label", LabelCommand.Create),
        ("serve", ServeCommand.Create),
        ("evaluate", EvaluateCommand.Create),
        ("faces", FacesCommand.Create),
        ("blur", BlurCommand.Create),
        ("explain", ExplainCommand.Create),
        ("compare", CompareCommand.Create),
        ("train", TrainCommand.Create),
        ("teach", TeachCommand.Create),
        ("crossvalidate", CrossValidateCommand.Create),
        ("sweep", SweepCommand.Create),
        ("augment", AugmentCommand.Create),
        ("label-heads", LabelHeadsCommand.Create),
        ("compose", ComposeCommand.Create),
        ("train-detector", TrainDetectorCommand.Create),
        ("cut-candidates", CutCandidatesCommand.Create),
        ("evaluate-detector", EvaluateDetectorCommand.Create),
        ("import", ImportCommand.Create),
        ("quantize", QuantizeCommand.Create),
        ("inspect", InspectCommand.Create),
        ("bench", BenchCommand.Create),
        ("completion", CompletionCommand.Create),
    ];

    /// <summary>Runs the command.</summary>
    /// <param name="arguments">What comes after <c>mexp</c>.</param>
    /// <param name="terminal">The streams and the environment.</param>
    /// <param name="cancellationToken">Asks for an early, clean end.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        Task<int> run = Task.Run(() => TryRunAsync(arguments, terminal, cancellationToken), CancellationToken.None);
        if (await Task.WhenAny(run, PatienceEndsAsync(terminal, cancellationToken)) == run) return await run;

        // It waits for a pipe that nobody writes to, say. Outputs are written whole or not at all, so it can be left as it is.
        terminal.Say("stopped before it had ended; what was not finished is not written");
        return terminal.StoppedCode;
    }

    private static async Task PatienceEndsAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Task.Delay(terminal.StopPatience, CancellationToken.None);
        }
    }

    private static async Task<int> TryRunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            if (arguments is ["help", ..]) arguments = [.. arguments.Skip(1), "--help"];

            // A picture may be called @photo.jpg; files of arguments are not offered.
            RootCommand root = CreateRoot(terminal, arguments is [string first, ..] ? first : "");
            ParseResult parsed = root.Parse(
                arguments.Count == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (Mistake(parsed, arguments) is string mistake)
            {
                terminal.Say(mistake);
                terminal.Say($"try '{UsageOf(parsed.CommandResult.Command)} --help'");
                return ExitCode.WrongCommand;
            }

            InvocationConfiguration invocation = new()
            {
                Output = terminal.OutputText,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (CommandException e)
        {
            terminal.Say(e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return terminal.StoppedCode;
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            // `mexp predict … | head`: the reader has what it wants.
            return ExitCode.Success;
        }
        catch (IOException e)
        {
            // Commands name the files they read; what is left is standard output.
            terminal.Say($"cannot write: {e.Message}");
            return ExitCode.WrongCommand;
        }
        catch (Exception e)
        {
            terminal.Say($"unexpected failure: {e.GetType().Name}: {e.Message}");
            return ExitCode.InputFailed;
        }
    }

    // Where a command is called, only that one is described: the options of all of them would take a good part of a short run.
    private static RootCommand CreateRoot(Terminal terminal, string called)
    {
        RootCommand root = new(
            "Recognises the expression of each face in your pictures, on your own machine: neutral, anger, contempt, disgust, fear, " +
            "happy, sadness or surprise.");
        bool isCalled = Commands.Any(command => command.Name == called);
        foreach ((string name, Func<Terminal, Command> create) in Commands)
        {
            if (!isCalled || name == called) root.Add(create(terminal));
        }

        foreach (Option option in root.Options)
        {
            if (option is HelpOption help) help.Action = new HelpWithExamples((HelpAction)help.Action!);
            if (option is VersionOption version) version.Action = new VersionLine();
        }

        return root;
    }

    // The first thing wrong with the arguments, in one line.
    private static string? Mistake(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        if (parsed.Action is HelpWithExamples or VersionLine) return null;

        // The parser takes a mistyped option for a path; only after -- a path may look like an option.
        HashSet<string> literal = [.. arguments.SkipWhile(argument => argument != "--").Skip(1)];
        foreach (ArgumentResult argument in parsed.CommandResult.Children.OfType<ArgumentResult>())
        {
            foreach (Token token in argument.Tokens)
            {
                if (token.Value.Length > 1 && token.Value[0] == '-' && !literal.Contains(token.Value)
                    && parsed.CommandResult.Command is not CommandWithExamples { PassesOptionsOn: true })
                {
                    return $"unknown option " +
                        $"{token.Value}{Suggestion.For(token.Value.Split('=')[0], OptionNames(parsed.CommandResult.Command))}";
                }
            }
        }

        if (parsed.Errors.Count == 0) return Empty(parsed.CommandResult);
        if (parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens is [string unknown, ..])
        {
            return unknown.StartsWith('-')
                ? $"unknown option {unknown}"
                : $"unknown command {unknown}{Suggestion.For(unknown, Commands.Select(command => command.Name))}";
        }

        return parsed.Errors[0].Message;
    }

    // What a shell makes of "$OUT" where that is not set. A card's texts may be empty.
    private static string? Empty(CommandResult command)
    {
        foreach (SymbolResult child in command.Children)
        {
            if (!child.Tokens.Any(token => token.Value.Length == 0)) continue;
            if (child is OptionResult { Option.Name: not ("--description" or "--license" or "--source") } option)
            {
                return $"{option.Option.Name}: expected {option.Option.HelpName ?? "a value"}; got an empty text";
            }

            if (child is ArgumentResult { Argument: { Arity.MaximumNumberOfValues: 1 } argument })
            {
                return $"expected {argument.Name}; got an empty text";
            }
        }

        return null;
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        command.Options.SelectMany(option => (string[])[option.Name, .. option.Aliases])
        .Where(name => name.StartsWith("--", StringComparison.Ordinal));

    private static string UsageOf(Command command) => command is RootCommand ? "mexp" : $"mexp {command.Name}";
}
