namespace MicroExpNet.Video.Report;

/// <summary>
/// The mean probabilities of one face over equal intervals of time. When a film turns out longer than the bins reach, neighbours are
/// merged: memory stays bounded, whatever the length.
/// </summary>
/// <param name="classes">The number of classes.</param>
/// <param name="maxBins">The highest number of bins, an even number.</param>
/// <param name="width">The first width of a bin, in seconds.</param>
internal sealed class TimelineBins(int classes, int maxBins, double width)
{
    // A frame is shown until the next one, but no longer than this: a face may be away.
    private const double MaxFrameSeconds = 1;

    private readonly float[] _sums = new float[maxBins * classes];
    private readonly int[] _counts = new int[maxBins];
    private double _lastSeconds = double.NegativeInfinity;
    private ClassScores? _last;

    /// <summary>The width of a bin, in seconds.</summary>
    public double Width { get; private set; } = width;

    /// <summary>The number of bins up to the last one that holds a frame.</summary>
    public int Count { get; private set; }

    /// <summary>The frames in a bin, or 1 where a frame from before was still shown.</summary>
    public int Frames(int bin) => _counts[bin];

    /// <summary>The mean probability of a class in a bin that holds frames.</summary>
    public float Mean(int bin, int index) => _sums[(bin * classes) + index] / _counts[bin];

    /// <summary>Adds a frame; it fills the bins from the one before it, if that was at most a second ago.</summary>
    /// <param name="seconds">Its time, 0 or more.</param>
    /// <param name="scores">The face's probabilities.</param>
    public void Add(double seconds, ClassScores scores)
    {
        while (seconds >= Width * maxBins) Merge();
        int bin = (int)(seconds / Width);
        if (seconds - _lastSeconds <= MaxFrameSeconds)
        {
            for (int between = (int)(_lastSeconds / Width) + 1; between < bin; between++) AddTo(between, _last!);
        }

        AddTo(bin, scores);
        Count = Math.Max(Count, bin + 1);
        (_lastSeconds, _last) = (seconds, scores);
    }

    private void AddTo(int bin, ClassScores scores)
    {
        for (int i = 0; i < classes; i++) _sums[(bin * classes) + i] += scores.Probabilities[i];
        _counts[bin]++;
    }

    private void Merge()
    {
        for (int bin = 0; bin < maxBins; bin++)
        {
            int first = 2 * bin;
            _counts[bin] = first < maxBins ? _counts[first] + _counts[first + 1] : 0;
            for (int i = 0; i < classes; i++)
            {
                int from = (first * classes) + i;
                _sums[(bin * classes) + i] = first < maxBins ? _sums[from] + _sums[from + classes] : 0;
            }
        }

        Count = (Count + 1) / 2;
        Width *= 2;
    }
}
