using System.CommandLine;

namespace MicroExpNet.Cli.Serve;

/// <summary>The arguments of <c>mexp serve</c>, which are those of the service's program.</summary>
internal static class ServeCommand
{
    private const string Examples = """
        Examples:
          mexp serve
              the service on this machine alone, at http://127.0.0.1:8080
          mexp serve --listen 0.0.0.0:8080 --api-key-file key.txt
              for other machines, with a key
          mexp serve -- --help
              all options of the service

        The service is a program of its own, mexp-server. It is looked for beside mexp, then on the PATH.

        Exit codes: 0 stopped by Ctrl-C or a termination signal (what was accepted is answered);
        2 it is not here, could not start, or the command is wrong.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams and the environment.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> arguments = new("OPTION")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Options of the service.",
        };
        CommandWithExamples command = new("serve", "Recognises over HTTP and WebSocket, for other programs and machines.", Examples)
        {
            PassesOptionsOn = true,
        };
        command.Add(arguments);
        command.SetAction((parsed, cancellationToken) =>
            ServeRun.RunAsync(parsed.GetValue(arguments) ?? [], terminal, cancellationToken));
        return command;
    }
}
