using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MicroExpNet.Cli.Serve;

/// <summary>Carries out <c>mexp serve</c>: starts the service's program and passes on what stops it.</summary>
internal static class ServeRun
{
    private const int Terminate = 15;

    // The service answers what it accepted before it ends.
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(10);

    /// <summary>Runs the service until it ends.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="terminal">The environment.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What the service ends with.</returns>
    /// <exception cref="CommandException">It is not here, or does not start.</exception>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        string program = ServerProgram.Find(terminal.ProgramFolder, terminal.EnvironmentVariable("PATH")) ?? throw new CommandException(
            ExitCode.WrongCommand,
            "the service, mexp-server, is neither beside mexp nor on the PATH; 'dotnet tool install --global MicroExpNet.Server.Host' " +
            "installs it");
        terminal.StopPatience = StopPatience;
        using Process process = Start(program, arguments);
        await using (cancellationToken.Register(() => Stop(process)))
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return process.ExitCode;
    }

    private static Process Start(string program, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments))!;
        }
        catch (Win32Exception e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{program}: {e.Message}");
        }
    }

    private static void Stop(Process process)
    {
        // On Windows the console tells all its programs of Ctrl-C.
        if (!OperatingSystem.IsWindows() && !process.HasExited) _ = Kill(process.Id, Terminate);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
