using System.Collections.Immutable;

namespace MicroExpNet.Vision;

/// <summary>
/// A face in a frame of a video, and its class, by a model whose classes may be any. A <c>default</c> one has no scores.
/// </summary>
/// <param name="Track">The number of the face's track, 1 or more: the same in every frame, and never used for another face.</param>
/// <param name="Face">The face's box and eyes in this frame, and the detector's score.</param>
/// <param name="Scores">The probabilities of the model's classes in this frame; smoothed if <see cref="VideoOptions.SmoothingTime"/> is
/// set.</param>
public readonly record struct VideoFace(int Track, DetectedFace Face, ClassScores Scores)
{
    /// <summary>
    /// The position of the class that the face shows: the most probable one. If <see cref="VideoOptions.SmoothingTime"/> is set, another
    /// class must lead by 0.12, or for a quarter of a second, before it is shown.
    /// </summary>
    public int TopIndex { get; init; } = Scores?.TopIndex ?? 0;

    /// <summary>The name of the class that the face shows; empty where there are no scores.</summary>
    public string Top => Scores is { } scores ? scores.Labels[TopIndex] : "";

    /// <summary>The probability of <see cref="Top"/>, 0 to 1; 0 where there are no scores.</summary>
    public float TopProbability => Scores is { } scores ? scores.Probabilities[TopIndex] : 0;

    /// <summary>The face's box in this frame.</summary>
    public FaceBox Box => Face.Box;

    /// <summary>The face of a track, with its answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="labels">The model's classes.</param>
    internal static VideoFace Of(TrackAnswer answer, ImmutableArray<string> labels) =>
        new(answer.Track, answer.Face, new ClassScores(labels, answer.Probabilities)) { TopIndex = answer.Answer.Class };
}
