using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>What <c>mexp camera</c> was asked for.</summary>
internal sealed record CameraRequest
{
    /// <summary>The device; null for the first.</summary>
    public string? Device { get; init; }

    /// <summary>How it is opened.</summary>
    public required CameraOptions Camera { get; init; }

    /// <summary>Makes the classifier.</summary>
    public required Func<FaceClassifier> Classifier { get; init; }

    /// <summary>Makes the detector.</summary>
    public required Func<FaceDetector> Detector { get; init; }

    /// <summary>How faces are followed.</summary>
    public required VideoOptions Tracking { get; init; }

    /// <summary>The table of faces.</summary>
    public required FaceTable Table { get; init; }

    /// <summary>Ends after this time; null for no end.</summary>
    public TimeSpan? Duration { get; init; }
}
