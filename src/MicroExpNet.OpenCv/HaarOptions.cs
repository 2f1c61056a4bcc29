namespace MicroExpNet.OpenCv;

/// <summary>Settings of the Haar cascade; the defaults are the original script's.</summary>
public sealed record HaarOptions
{
    /// <summary>
    /// The cascade file. Absent: the file named by the environment variable <c>MEXP_CASCADE</c>, then the usual places of Debian, Ubuntu,
    /// Fedora, Homebrew, vcpkg and Windows installs of OpenCV.
    /// </summary>
    public string? CascadePath { get; init; }

    /// <summary>The picture shrinks by this factor from one search to the next; above 1.</summary>
    public double ScaleFactor { get; init; } = 1.3;

    /// <summary>How many overlapping hits make a face; 0 or more.</summary>
    public int MinNeighbors { get; init; } = 5;

    /// <summary>The smallest face looked for, in pixels a side; 0 leaves it to the cascade (24).</summary>
    public int MinFace { get; init; }
}
