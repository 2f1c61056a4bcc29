using System.Collections.Concurrent;
using MicroExpNet.Imaging;
using OpenCvSharp;

namespace MicroExpNet.OpenCv;

/// <summary>
/// OpenCV's Haar cascade, the original's face detector. It gives neither scores nor eyes. An instance can be used by any number of threads
/// at once.
/// </summary>
public sealed class HaarFaceDetector : IFaceDetector, IDisposable
{
    // A classifier serves one thread at a time; as many are loaded as threads ever ran at once.
    private readonly ConcurrentBag<CascadeClassifier> _idle = [];
    private readonly HaarOptions _options;
    private volatile bool _disposed;

    /// <summary>Loads a cascade.</summary>
    /// <param name="options">The cascade file and how to search; the original's if absent.</param>
    /// <exception cref="DetectorUnavailableException">OpenCV's runtime or the cascade file is missing, and the message says how to install
    /// it; or the file is not a cascade.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public HaarFaceDetector(HaarOptions? options = null)
    {
        _options = options ?? new HaarOptions();
        // Closer to 1, OpenCV fails for the number of levels; far above it, a search does not end.
        if (!(_options.ScaleFactor is >= HaarOptions.MinScaleFactor and <= HaarOptions.MaxScaleFactor))
        {
            string expected = $"{HaarOptions.MinScaleFactor} to {HaarOptions.MaxScaleFactor}";
            throw new ArgumentException($"a scale factor of {_options.ScaleFactor}; expected {expected}", nameof(options));
        }

        if (_options.MinNeighbors < 0)
        {
            throw new ArgumentException($"{_options.MinNeighbors} neighbours; expected 0 or more", nameof(options));
        }
        if (_options.MinFace < 0)
        {
            throw new ArgumentException($"a smallest face of {_options.MinFace} pixels; expected 0 or more", nameof(options));
        }

        OpenCvRuntime.Require();
        CascadePath = CascadeSearch.Find(_options.CascadePath);
        _idle.Add(Load());
    }

    /// <summary>The cascade file in use.</summary>
    public string CascadePath { get; }

    /// <inheritdoc/>
    public IReadOnlyList<DetectedFace> Detect(ImageView image)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        image.ThrowIfEmpty(nameof(image));

        if (!_idle.TryTake(out CascadeClassifier? classifier)) classifier = Load();
        try
        {
            byte[] pixels = new byte[image.Width * image.Height];
            Grayscale.FromImage(image, pixels);
            using Mat gray = Mat.FromPixelData(image.Height, image.Width, MatType.CV_8UC1, pixels);
            Size? minSize = _options.MinFace > 0 ? new Size(_options.MinFace, _options.MinFace) : null;
            Rect[] found = classifier.DetectMultiScale(
                gray, _options.ScaleFactor, _options.MinNeighbors, HaarDetectionTypes.ScaleImage, minSize);

            // OpenCV's threads deliver in any order: sorted by size, then by position, the same image always gives the same list.
            (int width, int height) = (image.Width, image.Height);
            return [.. found
                .Select(rect => new FaceBox(rect.X, rect.Y, rect.Width, rect.Height).ClippedTo(width, height))
                .Where(box => box.Width > 0 && box.Height > 0)
                .OrderByDescending(box => box.Area).ThenBy(box => box.Y).ThenBy(box => box.X)
                .Select(box => new DetectedFace(box))];
        }
        finally
        {
            _idle.Add(classifier);
            if (_disposed) Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out CascadeClassifier? classifier)) classifier.Dispose();
    }

    private CascadeClassifier Load()
    {
        var classifier = new CascadeClassifier();
        try
        {
            if (classifier.Load(CascadePath) && !classifier.Empty()) return classifier;
        }
        catch (OpenCVException exception)
        {
            classifier.Dispose();
            throw CascadeSearch.NoCascade(CascadePath, exception);
        }

        classifier.Dispose();
        throw CascadeSearch.NoCascade(CascadePath, null);
    }
}
