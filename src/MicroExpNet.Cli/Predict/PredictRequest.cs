using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>What <c>mexp predict</c> was asked for.</summary>
internal sealed record PredictRequest
{
    /// <summary>Files, folders, globs, <c>-</c>.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>What is read besides the pictures: files of the model, the detector and the prior.</summary>
    public required IReadOnlyList<string?> Read { get; init; }

    /// <summary>Makes the recogniser.</summary>
    public required Func<FaceClassifier> Recognizer { get; init; }

    /// <summary>How results are written.</summary>
    public ResultFormat Format { get; init; }

    /// <summary>How CSV is written.</summary>
    public CsvStyle Csv { get; init; } = CsvStyle.Default;

    /// <summary>The file to write instead of standard output.</summary>
    public string? Output { get; init; }

    /// <summary>The folder of annotated copies.</summary>
    public string? Annotate { get; init; }

    /// <summary>Which faces.</summary>
    public FaceSelection Faces { get; init; }

    /// <summary>The one face's place, where it is known.</summary>
    public FaceBox? Box { get; init; }

    /// <summary>Makes the detector.</summary>
    public required Func<IFaceDetector> Detector { get; init; }

    /// <summary>What a picture may cost.</summary>
    public required PhotoLimits Limits { get; init; }

    /// <summary>Pictures at once.</summary>
    public required int Jobs { get; init; }
}
