using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training.Detection;

/// <summary>How well a detector finds the faces of pictures where they are known.</summary>
public sealed record DetectorScores
{
    /// <summary>Pictures looked at.</summary>
    public required int Pictures { get; init; }

    /// <summary>Faces in them.</summary>
    public required int Faces { get; init; }

    /// <summary>Share of the faces found at the detector's own least score.</summary>
    public required double Recall { get; init; }

    /// <summary>False faces, all in all, at the detector's own least score.</summary>
    public required int FalseFaces { get; init; }

    /// <summary>Share of the faces found where the least score is such that there is one false face for ten pictures.</summary>
    public required double RecallAtOneInTen { get; init; }

    /// <summary>That least score.</summary>
    public required double ScoreAtOneInTen { get; init; }

    /// <summary>Mean shared area of found faces and their squares, over that of both together.</summary>
    public required double MeanIntersectionOverUnion { get; init; }

    /// <summary>Mean distance of the eyes from where they are, as a share of the face's side; not a number where the detector does not say
    /// where they are.</summary>
    public required double EyeError { get; init; }

    /// <summary>Share of the faces found, by size: sides up to so many pixels.</summary>
    public required IReadOnlyList<(int Side, int Faces, double Recall)> BySize { get; init; }

    /// <summary>Found faces by group; empty where the faces are not grouped.</summary>
    public IReadOnlyList<GroupResult> ByGroup { get; init; } = [];

    /// <summary>Recall and false faces for other lowest scores.</summary>
    public required IReadOnlyList<(double MinScore, double Recall, int FalseFaces)> ByScore { get; init; }

    /// <summary>The labelled faces that were not found at the detector's own lowest score.</summary>
    public required IReadOnlyList<(LabeledPicture Picture, PlacedFace Face)> Missed { get; init; }

    /// <summary>The false faces at the detector's own lowest score, the surest first.</summary>
    public required IReadOnlyList<(LabeledPicture Picture, DetectedFace Face)> False { get; init; }
}
