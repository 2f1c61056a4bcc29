using System.Diagnostics;

namespace MicroExpNet.Cli.Tests;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_the_program_the_command_says_how_to_get_it()
    {
        Mexp run = await Mexp.RunAsync("serve");
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("dotnet tool install --global MicroExpNet.Server.Host", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_gets_the_arguments_and_the_command_its_exit_code()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program of this test is a shell script");
        MexpSurroundings surroundings = WriteProgram("""printf '%s\n' "$@" > "$(dirname "$0")/arguments"; exit 7""");
        Mexp run = await Mexp.RunAsync(surroundings, "serve", "--listen", "127.0.0.1:0", "--page", "a b");
        Assert.Equal((7, ""), (run.ExitCode, run.Error));
        Assert.Equal(["--listen", "127.0.0.1:0", "--page", "a b"], await File.ReadAllLinesAsync(_folder["arguments"], Cancellation));
    }

    [Fact]
    public async Task The_program_is_told_to_stop()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program of this test is a shell script");
        MexpSurroundings surroundings = WriteProgram(
            """
            trap 'echo stopped > "$(dirname "$0")/state"; exit 0' TERM
            echo ready > "$(dirname "$0")/state"
            while :; do sleep 0.05; done
            """);
        using CancellationTokenSource stop = new();
        Task<Mexp> run = Mexp.RunAsync(surroundings with { Cancellation = stop.Token }, "serve");
        long start = Stopwatch.GetTimestamp();
        while (!File.Exists(_folder["state"]))
        {
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 60);
            await Task.Delay(20, Cancellation);
        }

        await stop.CancelAsync();
        Assert.Equal(ExitCode.Success, (await run).ExitCode);
        Assert.Equal("stopped\n", await File.ReadAllTextAsync(_folder["state"], Cancellation));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private MexpSurroundings WriteProgram(string script)
    {
        string program = _folder.Write("mexp-server", System.Text.Encoding.UTF8.GetBytes("#!/bin/sh\n" + script + "\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new MexpSurroundings { Variables = new() { ["PATH"] = _folder.Path } };
    }
}
