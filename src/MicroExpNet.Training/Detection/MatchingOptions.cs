namespace MicroExpNet.Training.Detection;

/// <summary>When a face counts as found, missed or false.</summary>
public sealed record MatchingOptions
{
    /// <summary>The lowest score of a face that counts; those with a lower score only enter the curve.</summary>
    public double MinScore { get; init; } = new FaceDetectorOptions().MinScore;

    /// <summary>Labelled faces of a smaller side, in pixels, are neither missed nor false.</summary>
    public double MinSide { get; init; }

    /// <summary>Labelled faces of a lower score are neither missed nor false: whoever labelled them was not sure.</summary>
    public double MinLabelScore { get; init; }

    /// <summary>The intersection over union from which on a labelled face is found, 0 to 1.</summary>
    public double MinOverlap { get; init; } = 0.5;

    /// <summary>As for photographs whose faces another detector labelled: its squares are not ours to the pixel.</summary>
    public static MatchingOptions Photographs { get; } = new() { MinSide = 28, MinLabelScore = 0.8, MinOverlap = 0.3 };

    /// <summary>Whether a labelled face must be found.</summary>
    /// <param name="face">The face.</param>
    public bool IsAsked(PlacedFace face) => face.Side >= MinSide && face.Score >= MinLabelScore;
}
