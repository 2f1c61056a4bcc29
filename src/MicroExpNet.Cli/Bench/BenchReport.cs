namespace MicroExpNet.Cli.Bench;

/// <summary>All that was measured.</summary>
internal sealed record BenchReport
{
    /// <summary>What it was measured on.</summary>
    public required Machine Machine { get; init; }

    /// <summary>The recogniser on crops.</summary>
    public required IReadOnlyList<KernelRow> Kernel { get; init; }

    /// <summary>What messages call the photo.</summary>
    public required string PhotoName { get; init; }

    /// <summary>The photo's columns.</summary>
    public required int PhotoWidth { get; init; }

    /// <summary>The photo's rows.</summary>
    public required int PhotoHeight { get; init; }

    /// <summary>Faces found in it.</summary>
    public required int PhotoFaces { get; init; }

    /// <summary>The smallest face looked for, in pixels.</summary>
    public required int MinFace { get; init; }

    /// <summary>The stages of the photo.</summary>
    public required IReadOnlyList<PhotoStage> Photo { get; init; }

    /// <summary>Videos.</summary>
    public required IReadOnlyList<VideoRow> Video { get; init; }

    /// <summary>Films from file to table; none where FFmpeg is not installed.</summary>
    public required IReadOnlyList<FilmRow> Films { get; init; }

    /// <summary>A folder of photos.</summary>
    public required FolderResult Folder { get; init; }

    /// <summary>The most memory the process held while it measured photos, videos and the folder, in bytes.</summary>
    public required long PeakWorkingSet { get; init; }
}
