using MicroExpNet.Models;
using MicroExpNet.Vision;

namespace MicroExpNet.Web;

/// <summary>A recogniser of one video, with the options that were set last.</summary>
internal sealed class Session
{
    // A track's answers are smoothed over time, so the mean over each face's mirror image, which takes twice the time, is left out.
    private static readonly Lazy<ExpressionRecognizer> BuiltIn = new(() =>
    {
        Model model = Model.Load(ShippedModels.DefaultName);
        return new ExpressionRecognizer(model.WithCard(model.Card with { MirrorMean = false }));
    });

    // At a camera's 30 frames a second, a face whose answers are smoothed is recognised in every third one.
    private static readonly TimeSpan SmoothedInterval = TimeSpan.FromSeconds(0.08);

    // New faces are searched for every 0.4 s while one is followed: searches are most of the page's time.
    private const int DetectionInterval = 10;

    private ExpressionRecognizer? _own;
    private VideoRecognizer? _video;

    // Each video recogniser counts its tracks from 1, and a number is never another face's.
    private int _earlierTracks, _lastTrack;

    private VideoRecognizer Video => _video ?? throw new InvalidOperationException("the options come before the first picture");

    /// <summary>Recognises with another model than the built-in one, from the next <see cref="Configure"/> on.</summary>
    /// <param name="file">The bytes of an ONNX file.</param>
    /// <exception cref="ModelFormatException">The file is no model of expressions, or one that reads colour.</exception>
    public void UseModel(byte[] file)
    {
        using MemoryStream stream = new(file, writable: false);
        ExpressionRecognizer own = ExpressionRecognizer.Load(stream);
        if (own.Card.InputFormat != PixelFormat.Gray8)
        {
            throw new ModelFormatException(
                "the model reads colour, and the browser module reads pictures as grey; expected a model of grey faces");
        }

        _own = own;
    }

    /// <summary>Sets the options, and forgets the tracks.</summary>
    /// <param name="minFace">Smallest face searched for, in pixels.</param>
    /// <param name="minScore">Least score of a face, between 0 and 1.</param>
    /// <param name="smoothing">Time over which the probabilities of a track are smoothed.</param>
    /// <param name="prior"><c>natural</c> or <c>uniform</c>.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Configure(int minFace, float minScore, TimeSpan smoothing, string prior)
    {
        FaceDetectorOptions options = new() { MinFace = minFace, MinScore = minScore };
        FaceDetector detector = options == _video?.Detector.Options ? _video.Detector : FaceDetector.Default.With(options);
        ExpressionRecognizer recognizer = _own ?? BuiltIn.Value;
        if (prior == ClassPrior.Uniform.Name)
        {
            recognizer = recognizer.WithPrior(ClassPrior.Uniform);
        }
        else if (prior != ClassPrior.Natural.Name)
        {
            throw new ArgumentException($"prior '{prior}'; expected natural or uniform", nameof(prior));
        }

        _earlierTracks = _lastTrack;
        _video = new VideoRecognizer(
            recognizer, detector,
            new VideoOptions
            {
                DetectionInterval = DetectionInterval,
                SmoothingTime = smoothing,
                RecognitionInterval = smoothing > TimeSpan.Zero ? SmoothedInterval : TimeSpan.Zero,
            });
    }

    /// <summary>Recognises the faces of the next frame.</summary>
    /// <param name="pixels">Grey or RGBA.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="time">Its time.</param>
    /// <returns>Its faces, <c>[faces, <see cref="FaceRecord.Length"/>]</c>.</returns>
    public double[] Recognize(byte[] pixels, int width, int height, TimeSpan time)
    {
        ReadOnlySpan<TrackedFace> faces = Video.Recognize(View(pixels, width, height), time);
        double[] records = new double[faces.Length * FaceRecord.Length];
        for (int i = 0; i < faces.Length; i++)
        {
            int track = _earlierTracks + faces[i].Track;
            _lastTrack = Math.Max(_lastTrack, track);
            FaceRecord.Write(faces[i], track, records.AsSpan(i * FaceRecord.Length, FaceRecord.Length));
        }

        return records;
    }

    /// <summary>Recognises the expression of one face that fills the image.</summary>
    /// <param name="pixels">Grey or RGBA.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <returns>The eight probabilities.</returns>
    public double[] RecognizeFace(byte[] pixels, int width, int height)
    {
        ExpressionScores scores = Video.Recognizer.Recognize(View(pixels, width, height));
        return [.. scores.Select(score => (double)score.Value)];
    }

    /// <summary>Ends all tracks.</summary>
    public void Reset() => _video?.Reset();

    private static ImageView View(byte[] pixels, int width, int height)
    {
        long count = (long)width * height;
        if (pixels.Length == count) return new ImageView(pixels, width, height);
        if (pixels.Length == 4 * count) return new ImageView(pixels, width, height, PixelFormat.Rgba32);
        throw new ArgumentException(
            $"{pixels.Length} bytes for {width}×{height} pixels; expected one byte a pixel (grey) or four (RGBA)", nameof(pixels));
    }
}
