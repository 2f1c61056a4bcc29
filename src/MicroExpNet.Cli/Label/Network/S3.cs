using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
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
    // Ten tries take some ten to twenty seconds: a store that is started anew is waited for.
    private const int MaxErrorRetry = 9;

    // Until an answer begins. Parts of tens of megabytes have to be sent in it.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    // Until the answer to a question that asks only whether there is one.
    private static readonly TimeSpan MaxWaitForSign = TimeSpan.FromSeconds(20);

    // The first that is set counts.
    private static readonly string[] Endpoints = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];

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
        return new S3Stream(location, Head(bucket, key, asksWhyMissing: true).ContentLength);
    });

    /// <summary>Asks for the facts of an object. The answer to that has no body: where it is no, what is wrong is asked for, too.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="asksWhyMissing">Whether to ask also where the object is not there: the bucket may not be.</param>
    /// <exception cref="AmazonServiceException">The answer is no.</exception>
    public static GetObjectMetadataResponse Head(string bucket, string key, bool asksWhyMissing)
    {
        try
        {
            return Client.GetObjectMetadataAsync(bucket, key).GetAwaiter().GetResult();
        }
        catch (AmazonServiceException e) when (e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest
            || (asksWhyMissing && e.StatusCode == HttpStatusCode.NotFound))
        {
            GetObjectRequest first = new() { BucketName = bucket, Key = key, ByteRange = new ByteRange(0, 0) };
            using GetObjectResponse unused = Client.GetObjectAsync(first).GetAwaiter().GetResult();
            throw;
        }
    }

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
            if (page.Name is null && page.IsTruncated is null) throw NoStore($"s3://{bucket}/{prefix}");
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
        catch (EndOfStreamException e)
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
    /// <exception cref="StoreUnavailableException">The store does not answer, or refuses its user.</exception>
    /// <exception cref="ObjectStoreException">The store refuses the request.</exception>
    /// <exception cref="IOException">It cannot be done.</exception>
    public static T Try<T>(string location, Func<T> action, CancellationToken cancellationToken = default)
    {
        try
        {
            return action();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                ExitCode.Preempted, $"{location}: the object store takes longer than a picture may")
            {
                MayBeOfObject = true,
            };
        }
        catch (XmlException)
        {
            throw NoStore(location);
        }
        catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket")
        {
            throw new FileNotFoundException($"{location}: no such object", e);
        }
        catch (AmazonServiceException e) when (IsOfUser(e))
        {
            throw new StoreUnavailableException(
                ExitCode.WrongCommand,
                $"{location}: the object store refuses the user: {ReasonAndCode(e)}{Advice(e)}");
        }
        catch (AmazonServiceException e) when (e.StatusCode == HttpStatusCode.Forbidden)
        {
            throw new ObjectStoreException($"no permission ({e.ErrorCode})", e);
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw new StoreUnavailableException(
                ExitCode.Preempted,
                e is AmazonServiceException { StatusCode: not 0 } answer
                    ? $"{location}: the object store answers {(int)answer.StatusCode} ({Reason(answer)})"
                    : $"{location}: the object store does not answer: {Reason(e)}")
            {
                MayBeOfObject = !IsOverloaded(e),
            };
        }
        catch (AmazonServiceException e)
        {
            throw new ObjectStoreException(
                e.ErrorCode == "NoSuchBucket" ? "there is no such bucket" : $"the object store answers: {Reason(e)}", e);
        }
        catch (Exception e) when (e is ProcessAWSCredentialException or InvalidOperationException)
        {
            // A profile's own program, or a role's token.
            throw new StoreUnavailableException(
                ExitCode.WrongCommand, $"{location}: keys for the object store cannot be had: {Reason(e)}");
        }
        catch (AmazonClientException e)
        {
            throw new StoreUnavailableException(
                ExitCode.WrongCommand,
                e.Message.StartsWith("Failed to resolve AWS credentials", StringComparison.Ordinal)
                    ? $"{location}: there are no keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
                    : $"{location}: the object store cannot be asked: {Reason(e)}");
        }
    }

    private static StoreUnavailableException NoStore(string location) => new(
        ExitCode.WrongCommand, $"{location}: the answer is not an object store's; is AWS_ENDPOINT_URL_S3 its address?");

    // What is wrong with the keys is wrong with every object.
    private static bool IsOfUser(AmazonServiceException e) => e.ErrorCode is "InvalidAccessKeyId" or "SignatureDoesNotMatch"
        or "InvalidToken" or "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" or "RequestTimeTooSkewed"
        or "AuthorizationHeaderMalformed" or "InvalidSecurity" or "NotSignedUp" or "UserSuspended" or "AccountProblem"
        or "AllAccessDisabled";

    private static string Advice(AmazonServiceException e) => e.ErrorCode == "AuthorizationHeaderMalformed" ? "; set AWS_REGION" : "";

    private static string ReasonAndCode(AmazonServiceException e) =>
        Reason(e) is var reason && reason == e.ErrorCode ? reason : $"{reason} ({e.ErrorCode})";

    // Some makers' answers have a code and no message, and the client then makes one up.
    private static string Reason(Exception e)
    {
        while (e.Message.Contains("see inner exception", StringComparison.Ordinal) && e.InnerException is { } inner) e = inner;
        return e is AmazonServiceException { ErrorCode.Length: > 0 } answer
            && (answer.Message.Length == 0 || answer.Message.StartsWith("Error making request", StringComparison.Ordinal))
            ? answer.ErrorCode
            : Message.OneLine(e.Message).TrimEnd('.', '-', ' ');
    }

    // After the client's own tries. An answer without a status is none; 501 is an answer.
    private static bool IsOutage(Exception e) => e switch
    {
        AmazonServiceException answer => answer.StatusCode is 0 or HttpStatusCode.TooManyRequests
            || (answer.StatusCode >= HttpStatusCode.InternalServerError && answer.StatusCode != HttpStatusCode.NotImplemented),
        HttpRequestException or HttpIOException or IOException { InnerException: SocketException } => true,
        OperationCanceledException or TimeoutException => true,
        _ => false,
    };

    private static bool IsOverloaded(Exception e) =>
        e is AmazonServiceException { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests };

    private static bool Answers(string location)
    {
        using CancellationTokenSource late = new(MaxWaitForSign);
        try
        {
            Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Split(location).Bucket, MaxKeys = 1 }, late.Token)
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
        string? variable = Array.Find(Endpoints, name => Value(name) is not null), endpoint = variable is null ? null : Value(variable);
        if (endpoint is not null
            && (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https")))
        {
            throw new CommandException(ExitCode.WrongCommand, $"{variable} is '{endpoint}'; expected an address such as http://host:9000");
        }

        AmazonS3Config config = new()
        {
            // Other makers' stores know neither buckets as host names nor the newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            Timeout = MaxWait,
        };
        // The variable of Amazon's own tools has its say.
        if (Value("AWS_MAX_ATTEMPTS") is null) config.MaxErrorRetry = MaxErrorRetry;
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = Value("AWS_REGION") ?? Value("AWS_DEFAULT_REGION") ?? RegionOfProfile() ?? "us-east-1";
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

    private static string? Value(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static string? RegionOfProfile() =>
        new CredentialProfileStoreChain().TryGetProfile(Value("AWS_PROFILE") ?? "default", out CredentialProfile profile)
            ? profile.Region?.SystemName
            : null;
}
