using System.Collections.Concurrent;
using MicroExpNet.Vision;
using OpenCvSharp;

namespace MicroExpNet.OpenCv;

/// <summary>OpenCV's Haar cascade, the original's face detector. One instance serves any number of threads at once.</summary>
public sealed class HaarFaceDetector : IFaceDetector, IDisposable
{
    // A cascade keeps state while it searches, so each search borrows one of its own.
    private readonly ConcurrentBag<CascadeClassifier> _cascades = [];
    private readonly HaarOptions _options;
    private readonly string _cascadePath;
    private volatile bool _disposed;

    /// <summary>Loads a cascade.</summary>
    /// <param name="options">Cascade file and settings; the original's if absent.</param>
    /// <exception cref="DetectorUnavailableException">OpenCV's runtime or the cascade file is missing or broken; the message says how to install it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public HaarFaceDetector(HaarOptions? options = null)
    {
        _options = options ?? new HaarOptions();
        if (!(_options.ScaleFactor > 1) || !double.IsFinite(_options.ScaleFactor))
        {
            throw new ArgumentOutOfRangeException(nameof(options), _options.ScaleFactor, "the scale factor must be above 1");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(_options.MinNeighbors, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MinFace, nameof(options));
        _cascadePath = CascadeFiles.Find(_options.CascadePath);
        _cascades.Add(Load());
    }

    /// <inheritdoc/>
    public IReadOnlyList<FaceBox> Detect(Photo photo)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_cascades.TryTake(out CascadeClassifier? cascade)) cascade = Load();
        try
        {
            using Mat gray = Mat.FromPixelData(photo.Height, photo.Width, MatType.CV_8UC1, photo.ToGray());
            Rect[] faces = cascade.DetectMultiScale(
                gray, _options.ScaleFactor, _options.MinNeighbors, minSize: _options.MinFace > 0 ? new Size(_options.MinFace, _options.MinFace) : null);
            return
            [
                .. faces.Select(face => new FaceBox(face.X, face.Y, face.Width, face.Height).Within(photo.Width, photo.Height))
                    .Where(face => face.Width > 0 && face.Height > 0)
                    .OrderByDescending(face => face.Area).ThenBy(face => face.Y).ThenBy(face => face.X),
            ];
        }
        finally
        {
            _cascades.Add(cascade);
            if (_disposed) Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        while (_cascades.TryTake(out CascadeClassifier? cascade)) cascade.Dispose();
    }

    private CascadeClassifier Load()
    {
        CascadeClassifier? cascade = null;
        try
        {
            // Not the constructor with a path: a file that is no cascade makes that one throw from native code.
            cascade = new CascadeClassifier();
            if (cascade.Load(_cascadePath)) return cascade;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new DetectorUnavailableException($"OpenCV's runtime cannot be loaded, so faces cannot be found. {InstallHint.Text}", e);
        }
        catch (OpenCVException e)
        {
            cascade?.Dispose();
            throw new DetectorUnavailableException($"{_cascadePath}: no Haar cascade of OpenCV; expected a file like {CascadeFiles.FileName}", e);
        }

        cascade.Dispose();
        throw new DetectorUnavailableException($"{_cascadePath}: no Haar cascade of OpenCV; expected a file like {CascadeFiles.FileName}");
    }
}
