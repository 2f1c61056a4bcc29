using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MicroExpNet.Server.Host;

/// <summary>Reads an address to listen on.</summary>
internal static class ListenAddress
{
    /// <summary>Where the program listens unless told otherwise: reachable from this machine alone.</summary>
    public const string Default = "127.0.0.1:8080";

    private const string UnixPrefix = "unix:";

    /// <summary>The address.</summary>
    /// <param name="text">An address and a port, <c>localhost:PORT</c>, or <c>unix:PATH</c>.</param>
    /// <exception cref="FormatException">It is none; the message says what would be right.</exception>
    public static EndPoint Parse(string text)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal) && Path.IsPathRooted(text[UnixPrefix.Length..]))
        {
            return ParsePath(text[UnixPrefix.Length..]);
        }

        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)) text = "127.0.0.1" + text["localhost".Length..];
        int colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            && IPAddress.TryParse(text.AsSpan(0, colon), out IPAddress? address)
            ? new IPEndPoint(address, port)
            : throw new FormatException("expected an address and a port, e.g. 0.0.0.0:8080, [::1]:8080 or unix:/run/mexp.sock");
    }

    /// <summary>Whether other machines can reach an address.</summary>
    public static bool IsPublic(EndPoint address) => address is IPEndPoint ip && !IPAddress.IsLoopback(ip.Address);

    private static UnixDomainSocketEndPoint ParsePath(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            int length = Encoding.UTF8.GetByteCount(path);
            throw new FormatException($"a path of {length} bytes is too long for a socket; expected about 100 or fewer");
        }
    }
}
