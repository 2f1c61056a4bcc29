using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MicroExpNet.Server.Host;

/// <summary>Reads an address to listen on.</summary>
internal static class ListenAddress
{
    /// <summary>Where the program listens unless told otherwise: reachable from this machine alone.</summary>
    public const string Default = "127.0.0.1:8080";

    private const string UnixPrefix = "unix:";

    /// <summary>The address, or null if the text is none.</summary>
    /// <param name="text">An address and a port, <c>localhost:PORT</c>, or <c>unix:PATH</c>.</param>
    public static EndPoint? Parse(string text)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            return Path.IsPathRooted(text[UnixPrefix.Length..]) ? new UnixDomainSocketEndPoint(text[UnixPrefix.Length..]) : null;
        }

        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)) text = "127.0.0.1" + text["localhost".Length..];
        int colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            && IPAddress.TryParse(text.AsSpan(0, colon), out IPAddress? address)
            ? new IPEndPoint(address, port)
            : null;
    }

    /// <summary>Whether other machines can reach an address.</summary>
    public static bool IsPublic(EndPoint address) => address is IPEndPoint ip && !IPAddress.IsLoopback(ip.Address);
}
