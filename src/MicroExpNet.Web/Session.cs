using MicroExpNet.Models;
using MicroExpNet.Vision;

namespace MicroExpNet.Web;

/// <summary>A recogniser of one video, with the options that were set last.</summary>
internal sealed class Session
{
    private ExpressionRecognizer _recognizer = ExpressionRecognizer.Default;
    private VideoRecognizer _video;
    private ClassPrior _prior = ClassPrior.Natural;

    /// <summary>Creates a session with the built-in models and the library's default options.</summary>
    public Session() => _video = new VideoRecognizer(_recognizer, FaceDetector.Default);

    /// <summary>Recognises with another model from now on.</summary>
    /// <param name="file">The bytes of an ONNX file.</param>
    /// <exception cref="ModelFormatException">The file is no model of expressions.</exception>
    public void UseModel(byte[] file)
    {
        using MemoryStream stream = new(file, writable: false);
        _recognizer = ExpressionRecognizer.Load(stream);
        Restart(_video.Detector, _video.Options);
    }

    /// <summary>Sets the options, and forgets the tracks.</summary>
    /// <param name="minFace">Smallest face searched for, in pixels.</param>
    /// <param name="minScore">Least score of a face, between 0 and 1.</param>
    /// <param name="smoothing">Time over which the probabilities of a track are smoothed.</param>
    /// <param name="prior">The name of a prior.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Configure(int minFace, float minScore, TimeSpan smoothing, string prior)
    {
        FaceDetectorOptions options = new() { MinFace = minFace, MinScore = minScore };
        FaceDetector detector = options == _video.Detector.Options ? _video.Detector : _video.Detector.With(options);
        _prior = ReadPrior(prior);
        Restart(detector, new VideoOptions { SmoothingTime = smoothing });
    }

    /// <summary>Recognises the faces of the next frame.</summary>
    /// <param name="pixels">Grey or RGBA.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="time">Its time.</param>
    /// <returns>Its faces, <c>[faces, <see cref="FaceRecord.Length"/>]</c>.</returns>
    public double[] Recognize(byte[] pixels, int width, int height, TimeSpan time)
    {
        ReadOnlySpan<TrackedFace> faces = _video.Recognize(View(pixels, width, height), time);
        double[] records = new double[faces.Length * FaceRecord.Length];
        for (int i = 0; i < faces.Length; i++) FaceRecord.Write(faces[i], records.AsSpan(i * FaceRecord.Length, FaceRecord.Length));
        return records;
    }

    /// <summary>Recognises the expression of one face that fills the image.</summary>
    /// <param name="pixels">Grey or RGBA.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <returns>The eight probabilities.</returns>
    public double[] RecognizeFace(byte[] pixels, int width, int height)
    {
        ExpressionScores scores = _video.Recognizer.Recognize(View(pixels, width, height));
        return [.. scores.Select(score => (double)score.Value)];
    }

    /// <summary>Ends all tracks.</summary>
    public void Reset() => _video.Reset();

    private static ImageView View(byte[] pixels, int width, int height)
    {
        long count = (long)width * height;
        if (pixels.Length == count) return new ImageView(pixels, width, height);
        if (pixels.Length == 4 * count) return new ImageView(pixels, width, height, PixelFormat.Rgba32);
        throw new ArgumentException(
            $"{pixels.Length} bytes for {width}×{height} pixels; expected one byte a pixel (grey) or four (RGBA)", nameof(pixels));
    }

    private static ClassPrior ReadPrior(string name) =>
        name == ClassPrior.Natural.Name ? ClassPrior.Natural
        : name == ClassPrior.Uniform.Name ? ClassPrior.Uniform
        : throw new ArgumentException($"the prior '{name}'; expected natural or uniform", nameof(name));

    private void Restart(FaceDetector detector, VideoOptions options) =>
        _video = new VideoRecognizer(_recognizer.WithPrior(_prior), detector, options);
}
