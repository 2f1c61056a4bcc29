using System.Reflection;

namespace MicroExpNet.Server;

/// <summary>The version that answers carry.</summary>
internal static class ServerVersion
{
    /// <summary>The header of the version.</summary>
    public const string Header = "MicroExpNet-Version";

    /// <summary>The version, without the commit that stands after the plus.</summary>
    public static string Value { get; } = typeof(ServerVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
