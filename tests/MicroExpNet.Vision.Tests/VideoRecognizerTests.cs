using MicroExpNet.Models;

namespace MicroExpNet.Vision.Tests;

public class VideoRecognizerTests
{
    private readonly MovingScene _scene = new(400, 300);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_face_that_moves_and_comes_nearer_is_one_track_in_every_frame(int interval)
    {
        VideoRecognizer video = Video(interval);
        for (int i = 0; i < 60; i++)
        {
            FaceBox place = new(60 + (3 * i), (int)(90 + (40 * Math.Sin(i / 6.0))), 60 + i, 60 + i);
            TrackedFace face = Assert.Single(Next(video, _scene.Frame(place)).ToArray());
            Assert.Equal(1, face.Track);
            Assert.Equal(Expression.Happy, face.Scores.Top);
            Assert.True(face.Box.IntersectionOverUnion(place) > 0.6, $"frame {i}: {face.Box} for {place}");
        }
    }

    [Fact]
    public void A_fast_face_is_followed_because_its_motion_goes_on()
    {
        VideoRecognizer video = Video();
        for (int i = 0; i < 9; i++)
        {
            // Each frame half the side further: from rest it would be lost.
            FaceBox place = new(10 + Math.Min(30 * i, 15 * i * i), 110, 64, 64);
            TrackedFace face = Assert.Single(Next(video, _scene.Frame(place)).ToArray());
            Assert.Equal(1, face.Track);
        }
    }

    [Fact]
    public void Two_faces_that_pass_each_other_keep_their_numbers()
    {
        VideoRecognizer video = Video();
        (int Right, int Left) numbers = default;
        for (int i = 0; i < 70; i++)
        {
            FaceBox right = new(20 + (4 * i), 40, 70, 70), left = new(310 - (4 * i), 155, 80, 80);
            TrackedFace[] faces = Next(video, _scene.Frame(right, left)).ToArray();
            Assert.Equal(2, faces.Length);
            (TrackedFace goingRight, TrackedFace goingLeft) = faces[0].Box.Y < faces[1].Box.Y ? (faces[0], faces[1]) : (faces[1], faces[0]);
            if (i == 0) numbers = (goingRight.Track, goingLeft.Track);
            Assert.Equal(numbers, (goingRight.Track, goingLeft.Track));
            Assert.True(goingRight.Box.IntersectionOverUnion(right) > 0.5 && goingLeft.Box.IntersectionOverUnion(left) > 0.5);
        }
    }

    [Fact]
    public void A_face_that_goes_behind_another_comes_out_as_a_face_of_its_own_and_none_is_ever_told_twice()
    {
        VideoRecognizer video = Video();
        for (int i = 0; i < 70; i++)
        {
            FaceBox behind = new(20 + (4 * i), 100, 76, 76), before = new(300 - (4 * i), 104, 90, 90);
            TrackedFace[] faces = Next(video, _scene.Frame(behind, before)).ToArray();
            Assert.InRange(faces.Length, 1, 2);
            if (faces.Length == 2) Assert.True(faces[0].Box.IntersectionOverUnion(faces[1].Box) < 0.4);
            TrackedFace inFront = faces.MaxBy(face => face.Box.IntersectionOverUnion(before));
            Assert.Equal(1, inFront.Track);
            if (i is < 20 or > 55) Assert.Equal(2, faces.Length);
        }
    }

    [Fact]
    public void A_face_that_leaves_is_dropped_and_one_that_comes_back_later_is_a_new_one()
    {
        VideoRecognizer video = Video();
        for (int i = 0; i < 40; i++)
        {
            FaceBox place = new(200 + (8 * i), 100, 80, 80);
            TrackedFace[] faces = Next(video, _scene.Frame(place)).ToArray();
            if (place.X <= 320) Assert.Equal(1, Assert.Single(faces).Track);
            if (place.X > 400) Assert.Empty(faces);
        }

        for (int i = 0; i < 6; i++) Next(video, _scene.Frame(new FaceBox(100, 100, 80, 80)));

        // Half a face at the edge may have been taken for one more.
        Assert.InRange(Assert.Single(Next(video, _scene.Frame(new FaceBox(100, 100, 80, 80))).ToArray()).Track, 2, 3);
    }

    [Fact]
    public void A_cut_to_another_scene_shows_its_faces_at_once_and_nothing_of_the_last()
    {
        VideoRecognizer video = Video();
        MovingScene other = new(400, 300, seed: 2);
        FaceBox first = new(40, 60, 90, 90), second = new(250, 150, 70, 70);
        for (int i = 0; i < 7; i++) Next(video, _scene.Frame(first));
        for (int i = 0; i < 7; i++)
        {
            TrackedFace face = Assert.Single(Next(video, other.Frame(second)).ToArray());
            Assert.Equal(2, face.Track);
            Assert.True(face.Box.IntersectionOverUnion(second) > 0.6);
        }
    }

    [Fact]
    public void A_face_that_is_missed_for_a_moment_keeps_its_number()
    {
        VideoRecognizer video = Video();
        FaceBox place = new(100, 100, 80, 80);
        for (int i = 0; i < 30; i++)
        {
            bool hidden = i is >= 10 and < 14;
            TrackedFace[] faces = Next(video, hidden ? _scene.Frame() : _scene.Frame(place)).ToArray();
            if (hidden) Assert.Empty(faces);
            else if (i is < 10 or >= 19) Assert.Equal(1, Assert.Single(faces).Track);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public void A_new_face_is_seen_after_the_interval_at_the_latest(int interval)
    {
        FaceBox old = new(40, 100, 80, 80), fresh = new(250, 100, 80, 80);
        for (int since = 1; since <= interval; since++)
        {
            VideoRecognizer video = Video(interval);
            for (int i = 0; i < since; i++) Next(video, _scene.Frame(old));
            for (int i = 1; i < interval; i++) Next(video, _scene.Frame(old, fresh));
            Assert.Equal(2, Next(video, _scene.Frame(old, fresh)).Length);
        }
    }

    [Fact]
    public void A_frame_without_a_face_is_searched_five_times_a_second_whatever_the_interval()
    {
        FaceBox fresh = new(250, 100, 80, 80);
        for (int since = 1; since <= 5; since++)
        {
            VideoRecognizer video = Video(interval: 10);
            for (int i = 0; i < since; i++) Assert.Empty(Next(video, _scene.Frame()).ToArray());
            for (int i = 1; i < 5; i++) Next(video, _scene.Frame(fresh));
            Assert.Equal(1, Assert.Single(Next(video, _scene.Frame(fresh)).ToArray()).Track);
        }
    }

    [Fact]
    public void Between_two_searches_the_boxes_are_those_of_a_search_in_every_frame()
    {
        VideoRecognizer often = Video(1), seldom = Video(5);
        for (int i = 0; i < 20; i++)
        {
            byte[] frame = _scene.Frame(new FaceBox(60 + (5 * i), 60 + (2 * i), 70, 70));
            Assert.Equal(Next(often, frame).ToArray(), Next(seldom, frame).ToArray());
        }
    }

    [Fact]
    public void Scores_are_those_of_a_photo_of_the_frame()
    {
        VideoRecognizer video = Video();
        for (int i = 0; i < 8; i++)
        {
            byte[] frame = _scene.Frame(new FaceBox(60 + (9 * i), 80, 90, 90));
            TrackedFace face = Next(video, frame)[0];
            Assert.Equal(new PhotoRecognizer(ExpressionRecognizer.Default, null).Recognize(InColour(frame), face.Box).Scores, face.Scores);
        }
    }

    [Fact]
    public void Faces_are_turned_upright_where_the_model_s_card_asks_for_that()
    {
        Model model = ExpressionRecognizer.Default.Network.Model;
        ExpressionRecognizer upright = new(new Model(model.Architecture, model.Parameters, model.Card with { Upright = true }));
        byte[] frame = Tilted(_scene.Frame(new FaceBox(120, 80, 120, 120)));
        TrackedFace face = Next(new VideoRecognizer(upright, Detector), frame)[0], plain = Next(Video(), frame)[0];

        Assert.InRange(face.Face.Eyes!.Value.Tilt * 180 / Math.PI, 5, 25);
        byte[] crop = new byte[upright.InputWidth * upright.InputHeight];
        ExpressionScores[] expected = new ExpressionScores[1];
        new PhotoRecognizer(upright, null).Crop(InColour(frame), face.Face, crop);
        upright.Recognize(crop, 1, expected);
        Assert.Equal(expected[0], face.Scores);
        Assert.NotEqual(plain.Scores, face.Scores);
    }

    [Fact]
    public void Frames_in_colour_or_with_wide_rows_are_as_good_as_packed_grey_ones()
    {
        VideoRecognizer packed = Video(), wide = Video(), colour = Video();
        for (int i = 0; i < 12; i++)
        {
            byte[] frame = _scene.Frame(new FaceBox(60 + (7 * i), 80, 80, 80)), rows = new byte[(299 * 450) + 400];
            for (int y = 0; y < 300; y++) frame.AsSpan(y * 400, 400).CopyTo(rows.AsSpan(y * 450));
            TrackedFace[] expected = Next(packed, frame).ToArray();
            Assert.Single(expected);
            Assert.Equal(expected, wide.Recognize(rows, 400, 300, 450).ToArray());
            Assert.Equal(expected, colour.Recognize(InColour(frame)).ToArray());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void An_unchanged_picture_never_changes_its_answer_or_its_box(double smoothing)
    {
        VideoRecognizer video = Video(smoothing: smoothing);
        byte[] frame = _scene.Frame(new FaceBox(61, 83, 80, 80), new FaceBox(250, 140, 95, 95));
        TrackedFace[] first = Next(video, frame).ToArray();
        Assert.Equal(2, first.Length);
        for (int i = 0; i < 1000; i++) Assert.Equal(first, Next(video, frame).ToArray());
    }

    [Fact]
    public void A_still_face_with_light_noise_has_a_box_that_stays()
    {
        VideoRecognizer video = Video();
        Random random = new(3);
        byte[] still = _scene.Frame(new FaceBox(61, 83, 80, 80));
        HashSet<FaceBox> boxes = [];
        for (int i = 0; i < 200; i++)
        {
            byte[] frame = [.. still.Select(value => (byte)Math.Clamp(value + random.Next(-4, 5), 0, 255))];
            boxes.Add(Assert.Single(Next(video, frame).ToArray()).Box);
        }

        Assert.InRange(boxes.Count, 1, 4);
    }

    [Fact]
    public void Smoothing_does_not_depend_on_the_frame_rate_and_not_on_another_face()
    {
        float[] calm = Scores(Expression.Neutral, 0.6f), other = Scores(Expression.Neutral, 0.5f);
        foreach (int rate in new[] { 10, 25, 100 })
        {
            float[] smoothed = [.. calm];
            for (int i = 0; i < rate / 10; i++)
            {
                ScoreSmoother.Smooth(smoothed, other, TimeSpan.FromSeconds(1.0 / rate), TimeSpan.FromSeconds(0.3));
            }

            // A tenth of a second is about a third of the time constant, which a difference of a tenth shortens by a fifth.
            Assert.InRange(smoothed[(int)Expression.Neutral], 0.56f, 0.575f);
        }

        VideoRecognizer plain = Video(),
            smooth = new(ExpressionRecognizer.Default, Detector, new VideoOptions { SmoothingTime = TimeSpan.FromSeconds(0.5) });
        for (int i = 0; i < 5; i++)
        {
            byte[] frame = _scene.Frame(new FaceBox(60 + (7 * i), 80 + (i * i), 80, 80));
            Next(plain, frame);
            Next(smooth, frame);
        }

        byte[] cut = new MovingScene(_scene.Width, _scene.Height, seed: 2).Frame(new FaceBox(260, 20, 60, 60));
        Assert.Equal(Next(plain, cut)[0], Next(smooth, cut)[0]);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(25, 0.02)]
    public void A_face_and_its_mirror_image_in_turn_are_as_good_as_both_in_each_frame(int rate, double tolerance)
    {
        Assert.True(ExpressionRecognizer.Default.Card.MirrorMean);
        VideoRecognizer plain = Video(), smooth = Video(smoothing: 0.3);
        Random random = new(5);
        float[] expected = [];
        for (int i = 0; i < 60; i++)
        {
            byte[] frame = _scene.Frame(new FaceBox(61 + (i / 2), 83, 80, 80));
            foreach (ref byte value in frame.AsSpan()) value = (byte)Math.Clamp(value + random.Next(-12, 13), 0, 255);
            TimeSpan time = TimeSpan.FromSeconds((double)i / rate);
            float[] now = [.. Next(plain, frame, time)[0].Scores.Select(one => one.Value)];
            if (i == 0) expected = now;
            else ScoreSmoother.Smooth(expected, now, TimeSpan.FromSeconds(1.0 / rate), TimeSpan.FromSeconds(0.3));
            float[] actual = [.. Next(smooth, frame, time)[0].Scores.Select(one => one.Value)];
            Assert.InRange(ScoreSmoother.Difference(expected, actual), 0, tolerance);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(60)]
    public void A_real_change_is_followed_within_a_third_of_a_second(int rate)
    {
        float[] smoothed = Scores(Expression.Neutral, 0.9f), happy = Scores(Expression.Happy, 0.9f);
        TimeSpan step = TimeSpan.FromSeconds(1.0 / rate), elapsed = default;
        while (smoothed.IndexOf(smoothed.Max()) != (int)Expression.Happy)
        {
            ScoreSmoother.Smooth(smoothed, happy, step, TimeSpan.FromSeconds(0.3));
            elapsed += step;
        }

        Assert.InRange(elapsed.TotalSeconds, 0, 0.3);
    }

    [Theory]
    [InlineData(1.5, 1)]
    [InlineData(2.5, 2)]
    public void A_face_that_is_back_within_the_gap_keeps_its_number(double seconds, int track)
    {
        VideoRecognizer video = Video();
        TimeSpan time = default;
        for (int i = 0; i < 5; i++) Next(video, _scene.Frame(new FaceBox(100, 100, 80, 80)), time += TimeSpan.FromSeconds(0.04));
        for (int i = 0; i < 5; i++) Next(video, _scene.Frame(), time += TimeSpan.FromSeconds(seconds / 5));

        // It moved by a quarter of its side.
        TrackedFace[] faces = [];
        for (int i = 0; i < 6; i++)
        {
            faces = Next(video, _scene.Frame(new FaceBox(120, 105, 84, 84)), time += TimeSpan.FromSeconds(0.04)).ToArray();
        }
        Assert.Equal(track, Assert.Single(faces).Track);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void The_gap_holds_where_frames_are_a_second_apart(int absent, int track)
    {
        VideoRecognizer video = Video();
        byte[] face = _scene.Frame(new FaceBox(100, 100, 80, 80));
        int second = 0;
        for (int i = 0; i < 3; i++) Next(video, face, TimeSpan.FromSeconds(second++));
        for (int i = 0; i < absent; i++) Assert.Empty(Next(video, _scene.Frame(), TimeSpan.FromSeconds(second++)).ToArray());

        // Away for one second more than the frames without it.
        Assert.Equal(track, Assert.Single(Next(video, face, TimeSpan.FromSeconds(second)).ToArray()).Track);
    }

    [Fact]
    public void Grey_frames_allocate_nothing_once_their_faces_were_seen()
    {
        VideoRecognizer video = Video();
        byte[][] frames = [
            .. Enumerable.Range(0, 40)
            .Select(i => _scene.Frame(new FaceBox(20 + (4 * i), 20, 80, 80), new FaceBox(200 - (2 * i), 160, 90, 90)))];
        long Allocated()
        {
            Array.Reverse(frames);
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (byte[] frame in frames) Next(video, frame);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // A collection in between may trim the pool of pixel rows, which then grows back; a warm round allocates nothing.
        Assert.Contains(0, Enumerable.Range(0, 10).Select(_ => Allocated()));
        Assert.Equal(2, Next(video, frames[0]).Length);
    }

    [Fact]
    public void Another_size_or_a_reset_begins_another_video()
    {
        VideoRecognizer video = Video();
        FaceBox place = new(60, 80, 80, 80);
        MovingScene small = new(300, 240);
        Next(video, _scene.Frame(place));
        Assert.Equal(2, video.Recognize(small.Frame(place), 300, 240, 300)[0].Track);
        Assert.Equal(2, video.Recognize(small.Frame(place), 300, 240, 300)[0].Track);
        video.Reset();
        Assert.Equal(3, video.Recognize(small.Frame(place), 300, 240, 300)[0].Track);
    }

    // A million days are the limit; frames without times that follow stay within it.
    [Fact]
    public void Times_beyond_all_clocks_are_refused_and_a_reset_forgets_the_last_one()
    {
        VideoRecognizer video = Video();
        byte[] frame = _scene.Frame(new FaceBox(60, 80, 80, 80));
        TimeSpan most = TimeSpan.FromDays(1_000_000);
        foreach (TimeSpan wrong in (TimeSpan[])[TimeSpan.MinValue, TimeSpan.MaxValue, most + TimeSpan.FromTicks(1)])
        {
            Assert.Equal("time", Assert.Throws<ArgumentOutOfRangeException>(() => { Next(video, frame, wrong); }).ParamName);
        }

        Next(video, frame, -most);
        Assert.Equal(1, Assert.Single(Next(video, frame, most).ToArray()).Track);
        Assert.Equal(1, Assert.Single(Next(video, frame).ToArray()).Track);
        video.Reset();
        Assert.Equal(2, Assert.Single(Next(video, frame).ToArray()).Track);

        // 0.04 s after a reset, as before the first frame: a later time goes on.
        Assert.Equal(2, Assert.Single(Next(video, frame, TimeSpan.FromSeconds(0.08)).ToArray()).Track);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.05, 2)]
    [InlineData(0.1, 3)]
    public void A_face_is_followed_in_each_frame_and_recognised_at_the_interval(double interval, int frames)
    {
        VideoRecognizer video = new(
            ExpressionRecognizer.Default, Detector, new VideoOptions { RecognitionInterval = TimeSpan.FromSeconds(interval) });
        ExpressionScores last = default;
        FaceBox lastBox = default;
        for (int i = 0; i < 12; i++)
        {
            TrackedFace face = Assert.Single(
                Next(video, _scene.Frame(new FaceBox(60 + (9 * i), 90, 64 + i, 64 + i)), TimeSpan.FromSeconds(i * 0.04)).ToArray());
            if (i > 0) Assert.Equal(i % frames != 0, last == face.Scores);
            Assert.NotEqual(lastBox, face.Box);
            (last, lastBox) = (face.Scores, face.Box);
        }
    }

    [Fact]
    public void Frames_and_options_out_of_range_are_refused()
    {
        VideoRecognizer video = Video();
        Assert.Throws<ArgumentOutOfRangeException>(() => video.Recognize(new byte[10], 0, 10, 10).Length);
        Assert.Throws<ArgumentException>(() => video.Recognize(new byte[99], 10, 10, 10).Length);
        Assert.Throws<ArgumentException>(() => video.Recognize(new byte[100], 10, 10, 9).Length);
        VideoOptions[] wrong =
        [
            new() { DetectionInterval = 0 }, new() { DetectionInterval = 11 },
            new() { SmoothingTime = TimeSpan.FromSeconds(-1) }, new() { SmoothingTime = TimeSpan.FromSeconds(11) },
            new() { RecognitionInterval = TimeSpan.FromSeconds(-1) }, new() { RecognitionInterval = TimeSpan.FromSeconds(11) },
            new() { MaxGap = TimeSpan.FromSeconds(-1) }, new() { MaxGap = TimeSpan.FromSeconds(61) },
        ];
        foreach (VideoOptions options in wrong)
        {
            Assert.Throws<ArgumentException>(() => new VideoRecognizer(ExpressionRecognizer.Default, Detector, options));
        }
    }

    // The sample's head is tilted and hardly larger than some of these frames' faces; the scene has nothing else that looks like a face.
    private static FaceDetector Detector { get; } = FaceDetector.Default.With(new FaceDetectorOptions { MinFace = 60 });

    private static VideoRecognizer Video(int interval = 5, double smoothing = 0) =>
        new(
            ExpressionRecognizer.Default, Detector,
            new VideoOptions { DetectionInterval = interval, SmoothingTime = TimeSpan.FromSeconds(smoothing) });

    private ReadOnlySpan<TrackedFace> Next(VideoRecognizer video, byte[] frame) =>
        video.Recognize(frame, _scene.Width, _scene.Height, _scene.Width);

    private ReadOnlySpan<TrackedFace> Next(VideoRecognizer video, byte[] frame, TimeSpan time) =>
        video.Recognize(new ImageView(frame, _scene.Width, _scene.Height), time);

    private static float[] Scores(Expression expression, float probability)
    {
        float[] scores = new float[ExpressionScores.Count];
        Array.Fill(scores, (1 - probability) / (scores.Length - 1));
        scores[(int)expression] = probability;
        return scores;
    }

    private Photo InColour(byte[] gray) =>
        new([.. gray.SelectMany(value => new[] { value, value, value, (byte)255 })], _scene.Width, _scene.Height);

    // By 15 degrees about the face's middle; nearest pixels.
    private static byte[] Tilted(byte[] frame)
    {
        (double sin, double cos) = Math.SinCos(15 * Math.PI / 180);
        byte[] tilted = new byte[frame.Length];
        for (int i = 0; i < frame.Length; i++)
        {
            double dx = (i % 400) - 180, dy = (i / 400) - 140;
            int x = Math.Clamp((int)Math.Round(180 + (cos * dx) + (sin * dy)), 0, 399),
                y = Math.Clamp((int)Math.Round(140 + (cos * dy) - (sin * dx)), 0, (frame.Length / 400) - 1);
            tilted[i] = frame[(y * 400) + x];
        }

        return tilted;
    }
}
