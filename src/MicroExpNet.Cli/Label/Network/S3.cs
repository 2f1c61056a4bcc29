using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace MicroExpNet.Cli.Label;

/// <summary>
/// An object store that speaks Amazon's protocol. The environment says where and with which rights, as for Amazon's own tools:
/// <c>AWS_ACCESS_KEY_ID</c> and the like, profiles, the roles of machines and pods; <c>AWS_REGION</c>; and <c>AWS_ENDPOINT_URL_S3</c> or
/// <c>AWS_ENDPOINT_URL</c> for other makers.
/// </summary>
internal static class S3
{
    private const int MaxErrorRetry = 5;

    private static readonly Lazy<AmazonS3Client> LazyClient = new(CreateClient);

    /// <summary>The client.</summary>
    public static AmazonS3Client Client => LazyClient.Value;

    /// <summary>Splits a URL.</summary>
    /// <param name="location"><c>s3://bucket/key</c>.</param>
    /// <returns>The bucket and the key, which may be empty.</returns>
    /// <exception cref="CommandException">It names no bucket.</exception>
    public static (string Bucket, string Key) Split(string location)
    {
        string[] parts = location["s3://".Length..].Split('/', 2);
        return parts[0].Length > 0
            ? (parts[0], parts.Length > 1 ? parts[1] : "")
            : throw new CommandException(ExitCode.WrongCommand, $"{location}: expected s3://bucket/prefix");
    }

    /// <summary>Reads an object.</summary>
    /// <param name="location">Its URL.</param>
    /// <param name="maxBytes">The longest allowed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="IOException">It cannot be read, or is too long.</exception>
    public static byte[] Read(string location, long maxBytes, CancellationToken cancellationToken) => TryRead(location, () =>
    {
        (string bucket, string key) = Split(location);
        byte[] content = S3Body.Read(new GetObjectRequest { BucketName = bucket, Key = key }, maxBytes, cancellationToken);
        return content.Length <= maxBytes
            ? content
            : throw new IOException(string.Create(
                CultureInfo.InvariantCulture, $"longer than {maxBytes / 1e6:N0} MB, the limit for a file"));
    }, cancellationToken);

    /// <summary>Opens an object; the stream can seek, and reads it in blocks.</summary>
    /// <param name="location">Its URL.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Stream Open(string location) => Try(location, () =>
    {
        (string bucket, string key) = Split(location);
        GetObjectMetadataResponse facts = Client.GetObjectMetadataAsync(bucket, key).GetAwaiter().GetResult();
        return new S3Stream(location, facts.ContentLength);
    });

    /// <summary>Lists objects, in ordinal order.</summary>
    /// <param name="location">How their URLs start.</param>
    /// <exception cref="IOException">They cannot be listed.</exception>
    public static IReadOnlyList<RemoteFile> List(string location)
    {
        (string bucket, string prefix) = Split(location);
        return [.. Objects(bucket, prefix).Where(one => !one.Key.EndsWith('/'))
            .Select(one => new RemoteFile($"s3://{bucket}/{one.Key}", one.Size ?? 0, $"{one.Size}\t{one.ETag}"))
            .OrderBy(file => file.Location, StringComparer.Ordinal)];
    }

    /// <summary>Lists objects.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">How their keys start.</param>
    /// <exception cref="IOException">They cannot be listed.</exception>
    public static IEnumerable<S3Object> Objects(string bucket, string prefix)
    {
        string? next = null;
        do
        {
            string? token = next;
            ListObjectsV2Response page = Try($"s3://{bucket}/{prefix}", () => Client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, ContinuationToken = token }).GetAwaiter().GetResult());
            foreach (S3Object one in page.S3Objects ?? []) yield return one;
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null);
    }

    /// <summary>Reads of an object. Where that fails although the store answers otherwise, something is wrong with the object.</summary>
    /// <param name="location">The object's URL.</param>
    /// <param name="action">Reads.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <inheritdoc cref="Try" path="/exception"/>
    public static T TryRead<T>(string location, Func<T> action, CancellationToken cancellationToken = default)
    {
        try
        {
            return Try(location, action, cancellationToken);
        }
        catch (StoreUnavailableException e) when (e.MayBeOfObject && Answers(location))
        {
            throw new IOException(e.Message[$"{location}: ".Length..], e);
        }
        catch (IOException e) when (e is EndOfStreamException or HttpIOException)
        {
            const string message = "the object store's answer breaks off each time";
            if (!Answers(location)) throw new StoreUnavailableException(ExitCode.Preempted, $"{location}: {message}");
            throw new IOException(message, e);
        }
    }

    /// <summary>Does something, with exceptions of the kinds that files have.</summary>
    /// <param name="location">What it is done with.</param>
    /// <param name="action">Does it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="FileNotFoundException">There is no such object.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be done.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer, or refuses its user.</exception>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static T Try<T>(string location, Func<T> action, CancellationToken cancellationToken = default)
    {
        try
        {
            return action();
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new IOException("the object store takes longer than a picture may", e);
        }
        catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
        {
            throw new FileNotFoundException($"{location}: no such object", e);
        }
        catch (AmazonServiceException e) when (IsOfUser(e))
        {
            throw new StoreUnavailableException(
                ExitCode.WrongCommand,
                $"{location}: the object store refuses the user: {Message.OneLine(e.Message).TrimEnd('.')} ({e.ErrorCode})");
        }
        catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new UnauthorizedAccessException($"{location}: no permission ({e.ErrorCode})", e);
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw new StoreUnavailableException(
                ExitCode.Preempted, $"{location}: the object store does not answer: {Message.OneLine(e.Message).TrimEnd('.')}")
            {
                MayBeOfObject = !IsOverloaded(e),
            };
        }
        catch (AmazonServiceException e)
        {
            throw new IOException($"the object store answers: {Message.OneLine(e.Message)}", e);
        }
        catch (AmazonClientException e)
        {
            throw new StoreUnavailableException(
                ExitCode.WrongCommand, $"{location}: the object store cannot be asked: {Message.OneLine(e.Message)}");
        }
    }

    // What is wrong with the keys is wrong with every object.
    private static bool IsOfUser(AmazonServiceException e) => e.ErrorCode is "InvalidAccessKeyId" or "SignatureDoesNotMatch"
        or "InvalidToken" or "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" or "RequestTimeTooSkewed"
        or "AuthorizationHeaderMalformed" or "InvalidSecurity" or "NotSignedUp";

    // After the client's own tries. An answer without a status is none; 501 is an answer.
    private static bool IsOutage(Exception e) => e switch
    {
        AmazonServiceException answer => answer.StatusCode is 0 or HttpStatusCode.TooManyRequests
            || (answer.StatusCode >= HttpStatusCode.InternalServerError && answer.StatusCode != HttpStatusCode.NotImplemented),
        HttpRequestException => true,
        OperationCanceledException or TimeoutException => true,
        _ => false,
    };

    private static bool IsOverloaded(Exception e) =>
        e is AmazonServiceException { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests };

    private static bool Answers(string location)
    {
        try
        {
            Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Split(location).Bucket, MaxKeys = 1 })
                .GetAwaiter().GetResult();
            return true;
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException || IsOutage(e))
        {
            return !IsOutage(e);
        }
    }

    private static AmazonS3Client CreateClient()
    {
        string? endpoint = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") is { Length: > 0 } own
            ? own
            : Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") is { Length: > 0 } general ? general : null;
        AmazonS3Config config = new()
        {
            // Other makers' stores know neither buckets as host names nor the newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
        };
        // The variable of Amazon's own tools has its say.
        if (Environment.GetEnvironmentVariable("AWS_MAX_ATTEMPTS") is null or "") config.MaxErrorRetry = MaxErrorRetry;
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } region ? region : "us-east-1";
        }

        try
        {
            return new AmazonS3Client(config);
        }
        catch (AmazonClientException e)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"the object store cannot be reached: {Message.OneLine(e.Message)}; set AWS_REGION, or AWS_ENDPOINT_URL for other makers");
        }
    }
}
