using System.Text;
using System.Text.Json;

namespace MicroExpNet.Cli.Tests;

/// <summary>One run of the command inside the test's process, and what came of it.</summary>
internal sealed class Mexp
{
    private Mexp(int exitCode, string output, string error)
    {
        ExitCode = exitCode;
        Output = output;
        Error = error;
    }

    public int ExitCode { get; }

    public string Output { get; }

    public string Error { get; }

    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs with a detector that finds nothing, without a model in the environment.</summary>
    public static Task<Mexp> RunAsync(params string[] arguments) => RunAsync(new MexpSurroundings(), arguments);

    public static async Task<Mexp> RunAsync(MexpSurroundings surroundings, params string[] arguments)
    {
        using MemoryStream output = new();
        using StringWriter error = new() { NewLine = "\n" };
        Terminal terminal = new(surroundings.Input, output, error)
        {
            OutputIsTerminal = surroundings.IsTerminal,
            ErrorIsTerminal = surroundings.IsTerminal,
            Width = surroundings.Width,
            EnvironmentVariable = name => surroundings.Variables.GetValueOrDefault(name),
            CreateDetector = surroundings.CreateDetector,
            ProgramFolder = surroundings.ProgramFolder,
            StopPatience = surroundings.StopPatience,
        };
        int exitCode = await CommandLine.RunAsync(arguments, terminal, surroundings.Cancellation);
        return new Mexp(exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
