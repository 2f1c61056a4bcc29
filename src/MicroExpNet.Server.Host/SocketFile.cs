using System.Net.Sockets;

namespace MicroExpNet.Server.Host;

/// <summary>The file of a Unix socket. A program that was killed leaves it, and nobody can listen there until it is removed.</summary>
/// <param name="endpoint">The socket's address, which is the path.</param>
internal sealed class SocketFile(UnixDomainSocketEndPoint endpoint)
{
    private readonly string _path = endpoint.ToString();

    /// <summary>Removes a file that a killed program left.</summary>
    /// <exception cref="StartException">Something answers there, the file is no socket, or its folder is not there.</exception>
    /// <exception cref="SocketException">It cannot be asked.</exception>
    public async Task RemoveLeftoverAsync(CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(_path) ?? _path;
        if (!Directory.Exists(folder)) throw Refuse($"there is no folder {folder}");
        if (Directory.Exists(_path)) throw Refuse("that is a folder; expected the path of a socket");
        if (!File.Exists(_path)) return;
        if (await AnswersAsync(cancellationToken)) throw Refuse("another program listens there; expected a path of its own");
        if (!IsSocket()) throw Refuse("a file is there already that is no socket; expected a path where nothing is");
        File.Delete(_path);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await client.ConnectAsync(endpoint, cancellationToken);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }

    // .NET does not tell a file's kind, but a socket cannot be opened. A pipe, opened for both, does not wait for its other end.
    private bool IsSocket()
    {
        try
        {
            using FileStream file = new(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private StartException Refuse(string reason) => new($"--listen unix:{_path}: {reason}");
}
