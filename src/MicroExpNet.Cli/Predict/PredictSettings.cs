using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>What <c>mexp predict</c> was asked for.</summary>
internal sealed record PredictSettings
{
    /// <summary>Files, folders, globs, <c>-</c>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>The model's path.</summary>
    public string? Model { get; init; }

    /// <summary>How common expressions are taken to be.</summary>
    public MicroExpNet.Models.ClassPrior Prior { get; init; } = MicroExpNet.Models.ClassPrior.Natural;

    /// <summary>How results are written.</summary>
    public ResultFormat Format { get; init; }

    /// <summary>The file to write instead of standard output.</summary>
    public string? Output { get; init; }

    /// <summary>The folder of annotated copies.</summary>
    public string? Annotate { get; init; }

    /// <summary>Which faces.</summary>
    public FaceSelection Faces { get; init; }

    /// <summary>The one face's place, where it is known.</summary>
    public FaceBox? Box { get; init; }

    /// <summary>The detector's file; null for the built-in one.</summary>
    public string? Detector { get; init; }

    /// <summary>What the detector looks for.</summary>
    public required FaceDetectorOptions Detection { get; init; }

    /// <summary>What a picture may cost.</summary>
    public required PhotoLimits Limits { get; init; }

    /// <summary>Pictures at once.</summary>
    public int Jobs { get; init; }
}
