namespace MicroExpNet.Video;

/// <summary>Which part of a film is read, and how.</summary>
public sealed record VideoFileOptions
{
    /// <summary>The program <c>ffmpeg</c> or its folder; null to search for it.</summary>
    public string? FFmpegPath { get; init; }

    /// <summary>Which of the film's video streams, counted from 0.</summary>
    public int Stream { get; init; }

    /// <summary>The time of the first frame that is read, 0 or more.</summary>
    public TimeSpan From { get; init; }

    /// <summary>The time at which reading ends, later than <see cref="From"/>; null for the film's end.</summary>
    public TimeSpan? To { get; init; }

    /// <summary>Reads every n-th frame, 1 or more.</summary>
    public int EveryFrames { get; init; } = 1;

    /// <summary>Reads at most one frame in this time; null for no such limit.</summary>
    public TimeSpan? EveryTime { get; init; }

    /// <summary>The longer side of the decoded frames, 16 or more pixels; larger frames are made smaller. Null for the film's own
    /// size.</summary>
    public int? MaxSide { get; init; }

    /// <summary>Frames a second of numbered pictures, above 0 and at most 1000; films have times of their own.</summary>
    public double PictureRate { get; init; } = 25;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(From, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(EveryFrames, 1);
        if (!(PictureRate is > 0 and <= 1000))
        {
            throw new ArgumentOutOfRangeException(nameof(PictureRate), PictureRate, "expected above 0 and at most 1000 pictures a second");
        }

        if (To is { } to) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, From, nameof(To));
        if (EveryTime is { } time) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(EveryTime));
        if (MaxSide is { } side) ArgumentOutOfRangeException.ThrowIfLessThan(side, 16, nameof(MaxSide));
    }
}
