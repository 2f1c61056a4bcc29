using MicroExpNet.Video;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Label;

/// <summary>What <c>mexp label</c> was asked for.</summary>
internal sealed record LabelRequest
{
    /// <summary>Folders, lists, archives, films, URLs.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The folder of the parts.</summary>
    public required string Output { get; init; }

    /// <summary>The model's name.</summary>
    public required string ModelName { get; init; }

    /// <summary>Makes the classifier of pictures and films.</summary>
    public required Func<FaceClassifier> Classifier { get; init; }

    /// <summary>Makes the detector of pictures; null where the whole picture is the face.</summary>
    public required Func<IFaceDetector?> Detector { get; init; }

    /// <summary>Makes the detector of films.</summary>
    public required Func<FaceDetector> FilmDetector { get; init; }

    /// <summary>Which faces.</summary>
    public required FaceSelection Faces { get; init; }

    /// <summary>What a picture may cost in pixels.</summary>
    public required PhotoLimits Limits { get; init; }

    /// <summary>What a picture may cost in time.</summary>
    public required TimeSpan MaxTime { get; init; }

    /// <summary>Which frames of a film.</summary>
    public required VideoFileOptions Film { get; init; }

    /// <summary>How parts are written.</summary>
    public required LabelFormat Format { get; init; }

    /// <summary>Lines of a unit.</summary>
    public required int UnitLines { get; init; }

    /// <summary>The column of tables that holds paths or URLs; null for the first that is called so.</summary>
    public string? Column { get; init; }

    /// <summary>The folder or URL that the relative lines of lists are relative to; null for the list's own.</summary>
    public string? Root { get; init; }

    /// <summary>This worker's share.</summary>
    public required Shard Shard { get; init; }

    /// <summary>Pictures at once.</summary>
    public required int Jobs { get; init; }

    /// <summary>All options that decide the rows, beside the model.</summary>
    public required string Options { get; init; }

    /// <summary>Whether only the plan is made.</summary>
    public bool OnlyPlans { get; init; }

    /// <summary>The queue that hands units out; null for shards.</summary>
    public string? Queue { get; init; }

    /// <summary>How long a worker of the queue may be silent.</summary>
    public required TimeSpan Lease { get; init; }
}
