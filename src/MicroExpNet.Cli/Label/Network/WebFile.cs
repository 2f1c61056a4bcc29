using System.Globalization;
using System.Net;

namespace MicroExpNet.Cli.Label;

/// <summary>Files of web servers.</summary>
internal static class WebFile
{
    private const int Tries = 3;

    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.None,
        MaxConnectionsPerServer = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        // The limit of time for a picture ends it.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Reads a file; failures that may pass are tried again.</summary>
    /// <param name="location">Its URL.</param>
    /// <param name="maxBytes">The longest allowed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IOException">It cannot be read, or is too long.</exception>
    public static byte[] Read(string location, long maxBytes, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return ReadAsync(location, maxBytes, cancellationToken).GetAwaiter().GetResult();
            }
            catch (Exception e) when (attempt < Tries && MayPass(e))
            {
                cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(0.2 * Math.Pow(4, attempt - 1)));
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (HttpRequestException e)
            {
                throw new IOException(
                    e.StatusCode is { } status
                        ? string.Create(CultureInfo.InvariantCulture, $"the server answers {(int)status} {e.StatusCode}")
                        : $"no answer: {e.Message}",
                    e);
            }
            catch (HttpIOException e)
            {
                throw new IOException("the server's answer breaks off", e);
            }
        }
    }

    // An answer that breaks off, too.
    private static bool MayPass(Exception e) => e is HttpIOException or HttpRequestException
    {
        StatusCode: null or >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout,
    };

    private static async Task<byte[]> ReadAsync(string location, long maxBytes, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out Uri? address)) throw new IOException("not a URL");
        using HttpResponseMessage answer = await AskAsync(address, cancellationToken);
        answer.EnsureSuccessStatusCode();
        if (answer.Content.Headers.ContentLength > maxBytes) throw TooLong(maxBytes);
        using MemoryStream content = new((int)(answer.Content.Headers.ContentLength ?? 0));
        using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (content.Length + read > maxBytes) throw TooLong(maxBytes);
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static async Task<HttpResponseMessage> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception e) when (e is UriFormatException or NotSupportedException)
        {
            // The address itself is one, or it would not have come here.
            throw new IOException("the server redirects to an address that is not http:// or https://", e);
        }
    }

    private static IOException TooLong(long maxBytes) =>
        new(string.Create(CultureInfo.InvariantCulture, $"longer than {maxBytes / 1_000_000:N0} MB, the limit for a picture's file"));
}
