using System.Net;
using Amazon.S3.Model;

namespace MicroExpNet.Cli.Label;

/// <summary>The bytes of an object. The client repeats requests that fail, but not answers that break off.</summary>
internal static class S3Body
{
    private const int Tries = 4;
    private const int BufferBytes = 1 << 16;

    // A connection that is silent for so long is taken for broken.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(60);

    /// <summary>Reads a whole object.</summary>
    /// <param name="request">Asks for it.</param>
    /// <param name="maxBytes">The longest allowed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Its bytes; one more than allowed where it is longer.</returns>
    /// <exception cref="IOException">The answer breaks off each time.</exception>
    public static byte[] Read(GetObjectRequest request, long maxBytes, CancellationToken cancellationToken) => Get(
        request,
        async (answer, body) =>
        {
            // Without a length the answer comes in chunks.
            long length = answer.Headers.ContentLength;
            using MemoryStream content = new((int)Math.Clamp(length, 0, maxBytes));
            byte[] buffer = new byte[BufferBytes];
            while (content.Length <= maxBytes)
            {
                int read = await body(buffer.AsMemory(0, (int)Math.Min(buffer.Length, maxBytes + 1 - content.Length)));
                if (read == 0) break;
                content.Write(buffer, 0, read);
            }

            if (length > content.Length && content.Length <= maxBytes) throw new EndOfStreamException("the answer breaks off");
            return content.ToArray();
        },
        cancellationToken);

    /// <summary>Reads a range of an object.</summary>
    /// <param name="request">Asks for it.</param>
    /// <param name="target">As long as the range.</param>
    /// <exception cref="IOException">The answer breaks off each time.</exception>
    /// <exception cref="StoreUnavailableException">The store knows no ranges.</exception>
    public static void ReadRange(GetObjectRequest request, Memory<byte> target) => Get(
        request,
        async (answer, body) =>
        {
            // A range of the whole object may be answered with the object.
            if (answer.HttpStatusCode != HttpStatusCode.PartialContent && answer.ContentLength != target.Length)
            {
                throw new StoreUnavailableException(
                    ExitCode.WrongCommand,
                    $"s3://{request.BucketName}/{request.Key}: the object store answers a part of an object with the whole of it; "
                        + "archives cannot be read from there, copy them to a folder");
            }

            for (int count = 0; count < target.Length;)
            {
                int read = await body(target[count..]);
                if (read == 0) throw new EndOfStreamException("the answer breaks off");
                count += read;
            }

            return target.Length;
        },
        CancellationToken.None);

    private static T Get<T>(
        GetObjectRequest request, Func<GetObjectResponse, Func<Memory<byte>, ValueTask<int>>, Task<T>> read,
        CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                return GetAsync(silence).GetAwaiter().GetResult();
            }
            catch (Exception e) when (
                attempt < Tries && e is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(0.2 * Math.Pow(4, attempt - 1)));
            }
        }

        async Task<T> GetAsync(CancellationTokenSource silence)
        {
            using GetObjectResponse answer = await S3.Client.GetObjectAsync(request, cancellationToken);
            try
            {
                return await read(answer, target =>
                {
                    silence.CancelAfter(MaxSilence);
                    return answer.ResponseStream.ReadAsync(target, silence.Token);
                });
            }
            catch (IOException e)
            {
                throw new EndOfStreamException("the answer breaks off", e);
            }
        }
    }
}
