using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace MicroExpNet.Server.Host;

/// <summary>Says in one line why the program cannot listen at an address.</summary>
internal static class BindFailure
{
    /// <summary>The line.</summary>
    /// <param name="address">The address.</param>
    /// <param name="failure">What the system said.</param>
    public static StartException Explain(EndPoint address, Exception failure)
    {
        bool isFile = address is UnixDomainSocketEndPoint;
        string reason = (failure as SocketException)?.SocketErrorCode switch
        {
            _ when failure is AddressInUseException => InUse(isFile),
            SocketError.AddressAlreadyInUse => InUse(isFile),
            SocketError.AddressNotAvailable => "this machine has no such address",
            SocketError.AddressFamilyNotSupported => "this machine does not speak that kind of address",
            SocketError.AccessDenied when isFile => "this user may not listen there; expected a folder that it may write to",
            SocketError.AccessDenied => "this user may not listen at that port; expected one from 1024 on",
            _ => failure.Message,
        };
        return new StartException($"--listen {(isFile ? "unix:" : "")}{address}: {reason}");
    }

    private static string InUse(bool isFile) => $"another program listens there; expected a {(isFile ? "path of its own" : "free port")}";
}
