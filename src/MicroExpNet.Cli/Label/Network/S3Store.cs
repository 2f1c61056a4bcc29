using System.Buffers.Binary;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using MicroExpNet.Files;

namespace MicroExpNet.Cli.Label;

/// <summary>An output in an object store. A part is put under the condition that there is none, in one request.</summary>
internal sealed class S3Store : ILabelStore
{
    private const int ConflictTries = 3;

    // What is written lies in the machine's temporary folder until it is whole.
    private const string TemporaryPrefix = "mexp-label-";
    private const string EndedPrefix = "mexp-ended-";

    private readonly string _bucket;
    private readonly string _prefix;

    /// <summary>Uses a place.</summary>
    /// <param name="location"><c>s3://bucket/prefix</c>.</param>
    public S3Store(string location)
    {
        Name = location.TrimEnd('/');
        (_bucket, string key) = S3.Split(Name);
        _prefix = key.Length == 0 ? "" : key + "/";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> List(string prefix) => [.. S3.Objects(_bucket, _prefix + prefix)
        .Select(one => new StoredFile(one.Key[_prefix.Length..], one.Size ?? 0, (one.LastModified ?? default).ToUniversalTime()))];

    /// <inheritdoc/>
    public bool Exists(string name)
    {
        try
        {
            return S3.Try(UrlOf(name), () => S3.Head(_bucket, _prefix + name, asksWhyMissing: false)) is not null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Stream OpenRead(string name) => S3.Open(UrlOf(name));

    /// <inheritdoc/>
    public PendingFile Create(string start) => new(Path.GetTempPath(), TemporaryPrefix + start, Put);

    /// <inheritdoc/>
    public void Delete(string name) =>
        S3.Try(UrlOf(name), () => S3.Client.DeleteObjectAsync(_bucket, _prefix + name).GetAwaiter().GetResult());

    /// <inheritdoc/>
    public UnitTries ReadTries(PlannedUnit unit)
    {
        DeleteEnded();
        UnitTries tries = new();
        foreach (StoredFile file in List(TriesOf(unit)).Where(S3Try.HasEnded))
        {
            try
            {
                byte[] content = S3.Read(UrlOf(file.Name), UnitReader.MaxFileBytes, CancellationToken.None);
                tries.Add(Enumerable.Range(0, content.Length / sizeof(int))
                    .Select(i => BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(i * sizeof(int)))));
            }
            catch (FileNotFoundException)
            {
                // It has just ended in order.
            }
        }

        return tries;
    }

    /// <inheritdoc/>
    public IUnitTry BeginTry(PlannedUnit unit, UnitTries earlier) =>
        new S3Try(this, TriesOf(unit) + Guid.NewGuid().ToString("N"), notesPictures: earlier.Count > 0);

    /// <inheritdoc/>
    public void ForgetTries(PlannedUnit unit)
    {
        foreach (StoredFile file in List(TriesOf(unit))) Delete(file.Name);
    }

    /// <inheritdoc/>
    public void RemoveLeftovers()
    {
        AtomicFile.RemoveAbandoned(Directory.GetFiles(Path.GetTempPath(), $"{TemporaryPrefix}*{PendingFile.Suffix}"));
        TryLock.RemoveLeftovers();
    }

    /// <summary>Remembers, on this machine, that a try has ended in order; the store may not answer.</summary>
    /// <param name="name">Its note, which looks as if the process had ended where it stays.</param>
    /// <returns>The file that says so.</returns>
    public string RememberEnded(string name)
    {
        string path = Path.Join(Path.GetTempPath(), $"{EndedPrefix}{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(path, UrlOf(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Mostly the store answers.
        }

        return path;
    }

    /// <summary>Writes a small object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its bytes.</param>
    public void Write(string name, byte[] content) => S3.Try(UrlOf(name), () =>
    {
        PutObjectRequest request = Put(name);
        request.InputStream = new MemoryStream(content);
        return S3.Client.PutObjectAsync(request).GetAwaiter().GetResult();
    });

    private static string TriesOf(PlannedUnit unit) => $"{LabelFolders.Tries}{unit.Name}/";

    // In one piece, signed as a whole: some makers store the marks of signed chunks as if they were content.
    private PutObjectRequest Put(string name) => new() { BucketName = _bucket, Key = _prefix + name, UseChunkEncoding = false };

    private void DeleteEnded()
    {
        foreach (string path in Directory.GetFiles(Path.GetTempPath(), EndedPrefix + "*"))
        {
            try
            {
                string url = File.ReadAllText(path), own = UrlOf(LabelFolders.Tries);
                if (!url.StartsWith(own, StringComparison.Ordinal)) continue;
                Delete(LabelFolders.Tries + url[own.Length..]);
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process deletes it, or owns it.
            }
        }
    }

    private string UrlOf(string name) => $"s3://{_bucket}/{_prefix}{name}";

    private void Put(FileStream written, string name)
    {
        bool isPart = name.StartsWith(PlannedUnit.PartPrefix, StringComparison.Ordinal);
        S3.Try(UrlOf(name), () =>
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    PutObjectRequest request = Put(name);
                    request.InputStream = written;
                    request.AutoCloseStream = false;
                    written.Position = 0;
                    if (isPart) request.IfNoneMatch = "*";
                    S3.Client.PutObjectAsync(request).GetAwaiter().GetResult();
                    return true;
                }
                catch (AmazonS3Exception e) when (isPart && e.StatusCode == HttpStatusCode.PreconditionFailed)
                {
                    // Another worker has put the same unit's part.
                    return true;
                }
                catch (AmazonS3Exception e) when (isPart && e.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.BadRequest)
                {
                    // A store without conditions: the last of two equal parts stays.
                    isPart = false;
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Conflict && attempt < ConflictTries)
                {
                    // Another worker is putting the same part at this moment.
                    Thread.Sleep(TimeSpan.FromSeconds(attempt));
                }
            }
        });
    }
}
