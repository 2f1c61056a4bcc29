using MicroExpNet.Vision;

namespace MicroExpNet.Server;

/// <summary>What the service recognises with, and what a client may cost.</summary>
public sealed class ServerOptions
{
    // A body is held in one array, which the pool rounds up to a power of two.
    private const long MaxBodyLimit = 1_000_000_000;

    /// <summary>Recognises the expressions; null for the built-in model.</summary>
    public ExpressionRecognizer? Recognizer { get; init; }

    /// <summary>Finds the faces; null for the built-in detector.</summary>
    public FaceDetector? Detector { get; init; }

    /// <summary>The smallest face looked for in the frames of a stream, in pixels a side: larger is faster.</summary>
    public int MinStreamFace { get; init; } = 60;

    /// <summary>How the faces of a stream are tracked and smoothed.</summary>
    public VideoOptions Video { get; init; } = new();

    /// <summary>The most bytes of a request's body, and of a stream's frame.</summary>
    public long MaxBodyBytes { get; init; } = 32_000_000;

    /// <summary>The most pixels of a picture or frame. One that claims more is refused before it is decoded.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>The most faces of a picture that are recognised, the largest first.</summary>
    public int MaxFaces { get; init; } = 64;

    /// <summary>The most pictures of one request.</summary>
    public int MaxFiles { get; init; } = 64;

    /// <summary>The most bytes of all bodies and frames that are held at once, at least four times <see cref="MaxBodyBytes"/>.</summary>
    public long MaxBufferedBytes { get; init; } = 256_000_000;

    /// <summary>Pictures and frames that are decoded and recognised at once.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Requests that wait for a worker. Further ones are refused with 429.</summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>The most streams at once. Further ones are refused with 429.</summary>
    public int MaxStreams { get; init; } = 32;

    /// <summary>How long a request may take, from its head to its answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client of a stream may take to receive an answer.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client of a stream may send no frame.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The key that clients must send, as <c>Authorization: Bearer KEY</c> or <c>X-Api-Key: KEY</c>; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Throws if an option is out of its range.</summary>
    /// <exception cref="ArgumentException">One is; the message names it.</exception>
    internal void Validate()
    {
        CheckAtLeast(MinStreamFace, FaceDetector.SmallestFace, nameof(MinStreamFace));
        CheckAtLeast(MaxBodyBytes, 1, nameof(MaxBodyBytes));
        if (MaxBodyBytes > MaxBodyLimit) throw new ArgumentException($"MaxBodyBytes is {MaxBodyBytes}; expected up to {MaxBodyLimit}");
        CheckAtLeast(MaxPixels, 1, nameof(MaxPixels));
        CheckAtLeast(MaxFaces, 1, nameof(MaxFaces));
        CheckAtLeast(MaxFiles, 1, nameof(MaxFiles));
        CheckAtLeast(MaxBufferedBytes, 4 * MaxBodyBytes, nameof(MaxBufferedBytes));
        CheckAtLeast(Workers, 1, nameof(Workers));
        CheckAtLeast(QueueLength, 0, nameof(QueueLength));
        CheckAtLeast(MaxStreams, 0, nameof(MaxStreams));
        CheckTime(RequestTimeout, nameof(RequestTimeout));
        CheckTime(SendTimeout, nameof(SendTimeout));
        CheckTime(IdleTimeout, nameof(IdleTimeout));
        if (Video is null) throw new ArgumentException($"{nameof(Video)} is null; expected options");
        Video.Check(nameof(Video));
        if (ApiKey is { } key && (key.Length == 0 || key.Any(letter => letter is <= ' ' or > '~')))
        {
            throw new ArgumentException(
                $"{nameof(ApiKey)} is empty or has other characters than visible ASCII; expected a key without spaces");
        }
    }

    private static void CheckAtLeast(long value, long minimum, string name)
    {
        if (value < minimum) throw new ArgumentException($"{name} is {value}; expected {minimum} or more");
    }

    private static void CheckTime(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1)) throw new ArgumentException($"{name} is {value}; expected up to a day");
    }
}
