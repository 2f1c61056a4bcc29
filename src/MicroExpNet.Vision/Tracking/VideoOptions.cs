namespace MicroExpNet.Vision;

/// <summary>Options of a <see cref="VideoRecognizer"/>.</summary>
public sealed record VideoOptions
{
    /// <summary>The highest <see cref="DetectionInterval"/>.</summary>
    public const int MaxDetectionInterval = 10;

    /// <summary>
    /// Time from one search for new faces to the next, in frames of 25 a second: 1 to 10, by default 5, whatever the video's own rate.
    /// Between them only the surroundings of each known face are searched. Two searches of three are quick: they find most faces of at
    /// least twice the detector's smallest. So a new face is found up to this much later, one that quick searches miss up to three times
    /// as much later. A higher value is faster; 1 searches every frame thoroughly. More than 5 counts only while a face is followed.
    /// </summary>
    public int DetectionInterval { get; init; } = 5;

    /// <summary>
    /// The time constant of exponential smoothing of each face's probabilities, 0 to 10 seconds. The memory shortens as a frame differs
    /// from the past, so that a real change is followed within a few frames. The answer, <see cref="TrackedFace.Expression"/>, is held
    /// while another leads by less than 0.12 and for less than a quarter of a second. A model that reads a face and its mirror image, such
    /// as <c>microexpnet-3</c>, reads them in turn where frames are less than 0.1 s apart, and both where a frame differs from the past.
    /// 0, the default, smooths and holds nothing, and reads both in every frame.
    /// </summary>
    public TimeSpan SmoothingTime { get; init; }

    /// <summary>
    /// The least time from one recognition of a face to the next, 0 to 10 seconds. Between them the face is still followed in each frame,
    /// and its last probabilities are reported. 0, the default, recognises each face in each frame; 0.05 seconds, where a camera gives 30
    /// frames a second, in every second one, which saves up to half of the time.
    /// </summary>
    public TimeSpan RecognitionInterval { get; init; }

    /// <summary>
    /// A face that is not seen for at most this long, 0 to 60 seconds, keeps its number if it comes back near where it was: by default 2
    /// seconds.
    /// </summary>
    public TimeSpan MaxGap { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Whether a new face whose score is below 0.82 is reported only when further frames have confirmed it, by default true: things that
    /// are taken for a face for a moment are then seldom reported, and a face that is hard to see is reported some frames late. Faces of
    /// the first frame, and of frames that are 0.2 s and more apart, are reported at once. False reports all at once, as is right where
    /// a missed face does harm.
    /// </summary>
    public bool ConfirmFaces { get; init; } = true;

    /// <summary>
    /// Whether faces that are not confirmed are reported too, with numbers below 0: those that are confirmed then have the numbers that
    /// they have without.
    /// </summary>
    internal bool ReportsTentativeFaces { get; init; }

    /// <summary>Requires that every option is in its range.</summary>
    /// <param name="parameter">The parameter that an exception names.</param>
    /// <exception cref="ArgumentException">One is not.</exception>
    internal void Check(string parameter)
    {
        if (DetectionInterval is < 1 or > MaxDetectionInterval)
        {
            throw new ArgumentException(
                $"a detection interval of {DetectionInterval} frames; expected 1 to {MaxDetectionInterval}", parameter);
        }

        if (SmoothingTime < TimeSpan.Zero || SmoothingTime > TimeSpan.FromSeconds(10))
        {
            throw new ArgumentException($"a smoothing time of {SmoothingTime.TotalSeconds} s; expected 0 to 10", parameter);
        }

        if (RecognitionInterval < TimeSpan.Zero || RecognitionInterval > TimeSpan.FromSeconds(10))
        {
            throw new ArgumentException($"a recognition interval of {RecognitionInterval.TotalSeconds} s; expected 0 to 10", parameter);
        }

        if (MaxGap < TimeSpan.Zero || MaxGap > TimeSpan.FromSeconds(60))
        {
            throw new ArgumentException($"a gap of {MaxGap.TotalSeconds} s; expected 0 to 60", parameter);
        }
    }
}
