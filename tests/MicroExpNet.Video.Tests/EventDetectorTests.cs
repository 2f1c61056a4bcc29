using MicroExpNet.Vision;

namespace MicroExpNet.Video.Tests;

/// <summary>Events and summaries follow from times and probabilities; all expected values are worked out by hand.</summary>
public sealed class EventDetectorTests
{
    [Fact]
    public void An_expression_holds_from_the_upper_to_the_lower_threshold()
    {
        // Happy at 10 frames a second: it begins at 0.2 s (0.7 ≥ 0.6), survives 0.45 and ends at 0.6 s (0.3 < 0.4).
        ExpressionEvent found = Assert.Single(Events([0.1f, 0.5f, 0.7f, 0.9f, 0.45f, 0.65f, 0.3f, 0.1f]));
        Assert.Equal((1, "happy", 0.2, 0.6), (found.Track, found.Expression, Seconds(found.Start), Seconds(found.End)));
        Assert.Equal(0.9f, found.PeakProbability);
        Assert.Equal((0.7f + 0.9f + 0.45f + 0.65f) / 4, found.MeanProbability, 1e-6f);
    }

    [Fact]
    public void Shorter_events_are_left_out_and_the_last_one_ends_with_the_film()
    {
        Assert.Empty(Events([0.1f, 0.9f, 0.1f, 0.1f]));
        ExpressionEvent found = Assert.Single(Events([0.1f, 0.9f, 0.9f, 0.9f]));
        Assert.Equal((0.1, 0.3), (Seconds(found.Start), Seconds(found.End)));
    }

    [Fact]
    public void Another_expression_ends_the_one_before()
    {
        EventDetector detector = new(new EventOptions { Enter = 0.4f, Leave = 0.3f, MinDuration = TimeSpan.Zero });
        List<ExpressionEvent> found = [];
        for (int i = 0; i < 10; i++)
        {
            found.AddRange(detector.Add(Frame(i * 0.1, Face(1, i < 5 ? Expression.Happy : Expression.Sadness, 0.6f))));
        }
        found.AddRange(detector.Complete());
        Assert.Equal(
            [("happy", 0.0, 0.5), ("sadness", 0.5, 0.9)],
            found.Select(one => (one.Expression, Seconds(one.Start), Seconds(one.End))));
    }

    [Fact]
    public void A_face_that_is_away_for_longer_than_the_gap_ends_its_event()
    {
        foreach ((double away, int events) in new[] { (0.4, 1), (0.6, 2) })
        {
            EventDetector detector = new();
            List<ExpressionEvent> found = [];
            for (int i = 0; i < 5; i++) found.AddRange(detector.Add(Frame(i * 0.1, Face(1, Expression.Happy, 0.9f))));
            found.AddRange(detector.Add(Frame(0.6)));
            for (int i = 0; i < 5; i++) found.AddRange(detector.Add(Frame(0.4 + away + (i * 0.1), Face(1, Expression.Happy, 0.9f))));
            found.AddRange(detector.Complete());
            Assert.Equal(events, found.Count);
        }
    }

    // Frames of --every 2s: nothing is known between them, but the face is in each.
    [Fact]
    public void A_face_seen_in_each_of_sparse_frames_is_not_away_between_them()
    {
        EventDetector detector = new();
        List<ExpressionEvent> found = [];
        for (int i = 0; i < 4; i++) found.AddRange(detector.Add(Frame(i * 2, Face(1, Expression.Happy, 0.9f))));
        found.AddRange(detector.Add(Frame(8)));
        found.AddRange(detector.Add(Frame(10, Face(1, Expression.Happy, 0.9f))));
        found.AddRange(detector.Complete());
        ExpressionEvent one = Assert.Single(found);
        Assert.Equal((0.0, 6.0), (Seconds(one.Start), Seconds(one.End)));
    }

    [Fact]
    public void A_summary_weighs_frames_by_the_time_they_are_shown()
    {
        TrackStatistics statistics = new();
        statistics.Add(Frame(0.0, Face(3, Expression.Happy, 0.8f)));
        statistics.Add(Frame(0.3, Face(3, Expression.Fear, 0.6f)));
        statistics.Add(Frame(0.4, Face(3, Expression.Fear, 0.6f), Face(4, Expression.Anger, 0.5f)));
        TrackSummary[] found = [.. statistics.Complete()];
        Assert.Equal([3, 4], found.Select(track => track.Track));
        Assert.Equal((3, 1, 0.0, 0.4), (found[0].Frames, found[0].Changes, Seconds(found[0].First), Seconds(found[0].Last)));
        Assert.Equal(0.6, found[0].Shares[(int)Expression.Happy], 1e-9);
        Assert.Equal(0.4, found[0].Shares[(int)Expression.Fear], 1e-9);
        Assert.Equal(0.8f, found[0].Peaks[(int)Expression.Happy], 1e-6);
        Assert.Equal("happy", found[0].Most);
        Assert.Equal((0.5, 0.3), (Seconds(found[0].Seen), Seconds(found[0].PeakTimes[(int)Expression.Fear])));
        Assert.Equal(1, found[0].Transitions[(int)Expression.Happy][(int)Expression.Fear]);
        Assert.Equal((0.8 + 0.6 + 0.6) / 3, found[0].MeanTopProbability, 1e-6);
        Assert.Equal(1, found[0].MeanScores.Sum(), 1e-5);
        Assert.Equal(1, found[1].Shares[(int)Expression.Anger], 1e-9);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventDetector(new EventOptions { Enter = float.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventDetector(new EventOptions { Enter = 0.3f }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventDetector(new EventOptions { MinDuration = TimeSpan.FromSeconds(-1) }));
    }

    // Faces without scores or without a list, classes that change, times that run backwards.
    [Fact]
    public void What_is_not_the_next_frame_of_a_film_is_refused()
    {
        VideoFace face = Face(1, Expression.Happy, 0.9f);
        VideoFace other = new(1, face.Face, new ClassScores(["bored", "awake"], [0.9f, 0.1f]));
        VideoFrameResult first = Frame(1, face);
        VideoFrameResult[] wrong =
        [
            first with { Faces = default }, Frame(1.1, new VideoFace()), Frame(1.1, other), Frame(1.1, face with { TopIndex = 8 }),
            Frame(0.9, face),
        ];
        EventDetector detector = new(new EventOptions { MinDuration = TimeSpan.Zero });
        TrackStatistics statistics = new();
        detector.Add(first);
        statistics.Add(first);
        foreach (VideoFrameResult frame in wrong)
        {
            Assert.Equal("frame", Assert.Throws<ArgumentException>(() => detector.Add(frame)).ParamName);
            Assert.Equal("frame", Assert.Throws<ArgumentException>(() => statistics.Add(frame)).ParamName);
        }

        // Two frames of one time are a film's; after its end another film may begin.
        detector.Add(first);
        Assert.Equal(1, Seconds(Assert.Single(detector.Complete()).End));
        Assert.Empty(detector.Add(Frame(0, face)));
        statistics.Add(first);
        Assert.Equal(2, Assert.Single(statistics.Complete()).Frames);
    }

    private static List<ExpressionEvent> Events(float[] happy)
    {
        EventDetector detector = new();
        List<ExpressionEvent> found = [];
        for (int i = 0; i < happy.Length; i++) found.AddRange(detector.Add(Frame(i * 0.1, Face(1, Expression.Happy, happy[i]))));
        found.AddRange(detector.Complete());
        return found;
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static VideoFrameResult Frame(double seconds, params VideoFace[] faces) =>
        new((long)Math.Round(seconds * 10), TimeSpan.FromSeconds(seconds), [.. faces]);

    // The rest of the probability is spread over the others.
    private static VideoFace Face(int track, Expression expression, float probability)
    {
        float[] scores = new float[ExpressionScores.Count];
        Array.Fill(scores, (1 - probability) / (scores.Length - 1));
        scores[(int)expression] = probability;
        DetectedFace face = new(new FaceBox(0, 0, 32, 32), 0.9f, default);
        return new VideoFace(track, face, new ClassScores(ExpressionScores.Names, scores));
    }
}
