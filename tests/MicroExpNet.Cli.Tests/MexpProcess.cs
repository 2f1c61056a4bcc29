using System.Diagnostics;

namespace MicroExpNet.Cli.Tests;

/// <summary>The command as a process of its own.</summary>
internal static class MexpProcess
{
    /// <summary>How a shell starts it.</summary>
    public static string ShellCommand => $"dotnet '{Path.Combine(AppContext.BaseDirectory, "mexp.dll")}'";

    public static Process Start(params string[] arguments) => StartUnder([], arguments);

    /// <summary>Starts it with variables of the environment set to 0, e.g. <c>DOTNET_EnableAVX2</c>.</summary>
    public static Process StartUnder(IEnumerable<string> zeroVariables, params string[] arguments) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "mexp.dll"), .. arguments], zeroVariables);

    public static Process StartShell(string script) => Start("sh", ["-c", script], []);

    public static async Task SignalAsync(Process process, string signal)
    {
        using Process kill = Start("kill", ["-" + signal, $"{process.Id}"], []);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Signals a process that was started through <c>setsid</c>, and all that it has started, as a terminal does.</summary>
    public static async Task SignalGroupAsync(Process process, string signal)
    {
        using Process kill = Start("kill", ["-" + signal, "--", $"-{process.Id}"], []);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static Process Start(string program, string[] arguments, IEnumerable<string> zeroVariables)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove(ModelSource.Variable);
        foreach (string variable in zeroVariables) start.Environment[variable] = "0";
        return Process.Start(start)!;
    }
}
