using System.Diagnostics;
using MicroExpNet.Vision;
using MicroExpNet.Vision.Json;

namespace MicroExpNet.Server;

/// <summary>Decodes and recognises pictures that are complete in memory, on a limited number of workers.</summary>
internal sealed class RecognitionService
{
    private readonly PhotoRecognizer _recognizer;
    private readonly FaceDetector _streamDetector;
    private readonly ServerOptions _options;
    private readonly PixelBudget _pixels;
    private readonly ServerMetrics _metrics;

    /// <summary>Prepares the models.</summary>
    public RecognitionService(ServerOptions options, WorkGate gate, PixelBudget pixels, ServerMetrics metrics)
    {
        (_options, Gate, _pixels, _metrics) = (options, gate, pixels, metrics);
        FaceDetector detector = options.Detector ?? FaceDetector.Default;
        _recognizer = new PhotoRecognizer(options.Recognizer ?? ExpressionRecognizer.Default, detector, options.MaxFaces);
        _streamDetector = detector.With(detector.Options with { MinFace = Math.Max(options.MinStreamFace, detector.Options.MinFace) });
        ReadsGray = _recognizer.Recognizer.Network.Model.Card is { InputFormat: PixelFormat.Gray8, FaceCrop: null };
        Limits = new PhotoLimits(options.MaxPixels);
    }

    /// <summary>The workers.</summary>
    public WorkGate Gate { get; }

    /// <summary>What a picture may cost.</summary>
    public PhotoLimits Limits { get; }

    /// <summary>
    /// Whether pictures are decoded in grey: the model reads grey faces, and not by the original's crop, which is made grey last.
    /// </summary>
    public bool ReadsGray { get; }

    /// <summary>A recogniser of one stream.</summary>
    public VideoRecognizer CreateVideoRecognizer() => new(_recognizer.Recognizer, _streamDetector, _options.Video);

    /// <summary>Waits until there is memory to decode a picture; disposing of what is returned gives it back.</summary>
    /// <param name="file">The picture's file.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public ValueTask<IDisposable> ReserveAsync(ReadOnlySpan<byte> file, CancellationToken cancellationToken)
    {
        // One that claims more is not decoded.
        long pixels = PhotoDecoder.ClaimedPixels(file);
        return _pixels.ReserveAsync(pixels <= _options.MaxPixels ? pixels : 0, cancellationToken);
    }

    /// <summary>Decodes and recognises a picture. The caller holds a worker, and memory.</summary>
    /// <param name="file">The picture's file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="selection">Which faces.</param>
    /// <exception cref="PhotoFormatException">It cannot be read.</exception>
    public PictureJson Recognize(ReadOnlySpan<byte> file, string name, FaceSelection selection)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            PictureJson result = RecognizeUncounted(file, name, selection);
            _metrics.PictureDone(Stopwatch.GetElapsedTime(start), result.Faces.Count);
            return result;
        }
        catch (PhotoFormatException)
        {
            _metrics.PictureFailed();
            throw;
        }
    }

    /// <summary>Decodes and recognises a picture that is no client's.</summary>
    /// <param name="file">The picture's file.</param>
    /// <param name="name">Its name.</param>
    /// <param name="selection">Which faces.</param>
    /// <exception cref="PhotoFormatException">It cannot be read.</exception>
    public PictureJson RecognizeUncounted(ReadOnlySpan<byte> file, string name, FaceSelection selection)
    {
        if (!ReadsGray)
        {
            using Photo colors = Photo.Load(file, name, Limits);
            return Result(name, colors.Width, colors.Height, colors.Warning, _recognizer.Recognize(colors, selection));
        }

        using GrayPhoto photo = GrayPhoto.Load(file, name, _recognizer.Reduce(Limits, selection));
        return Result(name, photo.FullWidth, photo.FullHeight, photo.Warning, _recognizer.RecognizeReduced(photo, selection));
    }

    private static PictureJson Result(string name, int width, int height, string? warning, IReadOnlyList<RecognizedFace> faces) => new()
    {
        File = name,
        Width = width,
        Height = height,
        Faces = [.. faces.Select(FaceJson.Of)],
        Warning = warning,
        Error = null,
    };
}
