using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>What became of one picture.</summary>
internal sealed record PictureResult
{
    /// <summary>The picture that was asked for.</summary>
    public required PictureInput Input { get; init; }

    /// <summary>Columns; null where it could not be read.</summary>
    public int? Width { get; init; }

    /// <summary>Rows; null where it could not be read.</summary>
    public int? Height { get; init; }

    /// <summary>Its faces, largest first.</summary>
    public IReadOnlyList<ClassifiedFace> Faces { get; init; } = [];

    /// <summary>From opening the file to its last face.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>What is wrong with the picture though it was read, in one line.</summary>
    public string? Warning { get; init; }

    /// <summary>What went wrong, in one line.</summary>
    public string? Error { get; init; }
}
