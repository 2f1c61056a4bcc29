namespace MicroExpNet.OpenCv;

/// <summary>Options of a <see cref="HaarFaceDetector"/>; the defaults are the original script's.</summary>
public sealed record HaarOptions
{
    /// <summary>
    /// The cascade file. If absent, the file that the environment variable <c>MEXP_CASCADE</c> names, else the one in the folders where
    /// Debian, Ubuntu, Fedora, Homebrew, vcpkg and Windows installers put OpenCV.
    /// </summary>
    public string? CascadePath { get; init; }

    /// <summary>The lowest <see cref="ScaleFactor"/>.</summary>
    internal const double MinScaleFactor = 1.01;

    /// <summary>The highest <see cref="ScaleFactor"/>.</summary>
    internal const double MaxScaleFactor = 10;

    /// <summary>The factor between the levels of the image pyramid; 1.01 to 10.</summary>
    public double ScaleFactor { get; init; } = 1.3;

    /// <summary>The number of overlapping detections that make a face; 0 or more.</summary>
    public int MinNeighbors { get; init; } = 5;

    /// <summary>The smallest face to find, in pixels a side; 0 leaves it to the cascade (24).</summary>
    public int MinFace { get; init; }
}
