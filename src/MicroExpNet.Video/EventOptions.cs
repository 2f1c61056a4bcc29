namespace MicroExpNet.Video;

/// <summary>When an expression counts as an event.</summary>
public sealed record EventOptions
{
    /// <summary>The probability at which an expression begins, above 0 and at most 1.</summary>
    public float Enter { get; init; } = 0.6f;

    /// <summary>The probability below which it ends, above 0 and at most <see cref="Enter"/>: the hysteresis between both keeps noise
    /// out.</summary>
    public float Leave { get; init; } = 0.4f;

    /// <summary>Shorter events are left out, 0 or more.</summary>
    public TimeSpan MinDuration { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>A face that is not seen for longer than this ends its event, 0 or more.</summary>
    public TimeSpan MaxGap { get; init; } = TimeSpan.FromSeconds(0.5);

    internal void Check()
    {
        if (!(Enter is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(Enter), Enter, "expected above 0 and at most 1");
        if (!(Leave > 0 && Leave <= Enter))
        {
            throw new ArgumentOutOfRangeException(nameof(Leave), Leave, $"expected above 0 and at most {Enter}");
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(MinDuration, TimeSpan.Zero, nameof(MinDuration));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxGap, TimeSpan.Zero, nameof(MaxGap));
    }
}
