namespace MicroExpNet.Video;

/// <summary>An interval in which one face shows one expression.</summary>
/// <param name="Track">The face's track.</param>
/// <param name="Expression">The expression's name, or that of one of the model's own classes.</param>
/// <param name="Start">The time of the first frame that shows it.</param>
/// <param name="End">The time at which it ends: that of the last frame that shows it, plus the time to the frame after it.</param>
/// <param name="MeanProbability">The expression's mean probability over the interval's frames, 0 to 1.</param>
/// <param name="PeakProbability">The expression's highest probability, 0 to 1.</param>
public sealed record ExpressionEvent(
    int Track, string Expression, TimeSpan Start, TimeSpan End, float MeanProbability, float PeakProbability);
