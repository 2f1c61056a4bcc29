using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace MicroExpNet.Cli;

/// <summary>Prints the version.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        // Behind the plus stands the commit.
        string version = typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine($"mexp {version.Split('+')[0]}");
        return ExitCode.Success;
    }
}
