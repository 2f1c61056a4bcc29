using System.Net;

namespace MicroExpNet.Server.Host;

/// <summary>What the program was started with.</summary>
internal sealed record ProgramOptions
{
    /// <summary>The addresses to listen on.</summary>
    public required IReadOnlyList<EndPoint> Listen { get; init; }

    /// <summary>The models and limits.</summary>
    public required ServerOptions Server { get; init; }

    /// <summary>The folder of the page at <c>/</c>; one that is not there leaves a page that says how to get it.</summary>
    public required string PageFolder { get; init; }
}
