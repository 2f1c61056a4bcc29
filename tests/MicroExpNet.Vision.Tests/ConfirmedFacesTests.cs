using MicroExpNet.Tests;

namespace MicroExpNet.Vision.Tests;

public class ConfirmedFacesTests
{
    private static readonly DetectedFace Sure = new(new FaceBox(10, 10, 40, 40), Score: 0.83f), Unsure = Sure with { Score = 0.65f };

    // In the sample, a score of 0.05 admits an ear with hair and a patch of the suit beside the one face.
    private static readonly Photo Sample = Photo.Load(ReferenceData.Repository("samples/astronaut.png"));
    private static readonly FaceDetector Credulous = FaceDetector.Default.With(new FaceDetectorOptions { MinScore = 0.05f });

    [Fact]
    public void What_looks_like_a_face_for_a_moment_is_not_reported()
    {
        int[] faces = FacesAfterBlackFrame(confirm: true, frameTime: 0.04);
        Assert.All(faces, count => Assert.Equal(1, count));
    }

    [Fact]
    public void All_is_reported_where_nothing_needs_to_be_confirmed() =>
        Assert.Equal(Credulous.Detect(Sample).Length, FacesAfterBlackFrame(confirm: false, frameTime: 0.04)[0]);

    [Fact]
    public void All_is_reported_at_once_where_the_next_frame_is_far() =>
        Assert.Equal(Credulous.Detect(Sample).Length, FacesAfterBlackFrame(confirm: true, frameTime: 0.2)[0]);

    [Fact]
    public void All_is_reported_in_the_first_frame() =>
        Assert.Equal(Credulous.Detect(Sample).Length, Video(confirm: true).Recognize(Sample).Length);

    [Fact]
    public void Only_reported_faces_are_numbered()
    {
        VideoRecognizer video = Video(confirm: true);
        video.Recognize(Black());
        Assert.Equal(1, video.Recognize(Sample)[0].Track);
        video.Recognize(Sample, TimeSpan.FromSeconds(9));
        int[] numbers = [.. video.Recognize(Sample, TimeSpan.FromSeconds(18)).ToArray().Select(face => face.Track)];
        Assert.Equal(numbers.Length, numbers.Max());
    }

    [Fact]
    public void A_sure_face_is_confirmed_by_its_first_frame()
    {
        FaceTrack track = new();
        track.Start(Sure, 1);
        Assert.True(track.IsConfirmed);
    }

    [Fact]
    public void Further_frames_confirm_an_unsure_face_together()
    {
        FaceTrack track = new();
        track.Start(Unsure, 1);
        track.AddEvidence(1.9f);
        Assert.False(track.IsConfirmed);
        track.AddEvidence(1.9f);
        Assert.True(track.IsConfirmed);
    }

    [Fact]
    public void Frames_that_speak_for_neither_never_confirm_a_face()
    {
        FaceTrack track = new();
        track.Start(Unsure, 1);
        for (int i = 0; i < 1000; i++) track.AddEvidence(1.4f);
        Assert.False(track.IsConfirmed);
    }

    [Fact]
    public void A_face_that_was_long_hard_to_see_is_soon_confirmed_when_it_shows_itself()
    {
        FaceTrack track = new();
        track.Start(Unsure, 1);
        for (int i = 0; i < 1000; i++) track.AddEvidence(-3);
        track.AddEvidence(4);
        Assert.False(track.IsConfirmed);
        track.AddEvidence(4);
        Assert.True(track.IsConfirmed);
    }

    [Fact]
    public void Where_tentative_faces_are_reported_too_the_others_have_the_numbers_that_they_have_without()
    {
        VideoRecognizer plain = Video(confirm: true), all = new(
            ExpressionRecognizer.Default, Credulous,
            new VideoOptions { ReportsTentativeFaces = true, MaxGap = TimeSpan.FromSeconds(10) });
        plain.Recognize(Black(), TimeSpan.Zero);
        all.Recognize(Black(), TimeSpan.Zero);
        int tentative = 0;
        for (int i = 1; i <= 20; i++)
        {
            TimeSpan time = TimeSpan.FromSeconds(i * 0.04);
            int[] expected = Numbers(plain.Recognize(Sample, time)), actual = Numbers(all.Recognize(Sample, time));
            Assert.Equal(expected, actual.Where(number => number > 0));
            tentative += actual.Count(number => number < 0);
        }

        Assert.NotEqual(0, tentative);
    }

    private static int[] Numbers(ReadOnlySpan<TrackedFace> faces)
    {
        int[] numbers = new int[faces.Length];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = faces[i].Track;
        return numbers;
    }

    private static VideoRecognizer Video(bool confirm) =>
        new(ExpressionRecognizer.Default, Credulous, new VideoOptions { ConfirmFaces = confirm, MaxGap = TimeSpan.FromSeconds(10) });

    private static Photo Black()
    {
        byte[] pixels = new byte[4 * Sample.Width * Sample.Height];
        for (int alpha = 3; alpha < pixels.Length; alpha += 4) pixels[alpha] = 255;
        return new Photo(pixels, Sample.Width, Sample.Height);
    }

    private static int[] FacesAfterBlackFrame(bool confirm, double frameTime)
    {
        VideoRecognizer video = Video(confirm);
        Assert.Equal(0, video.Recognize(Black(), TimeSpan.Zero).Length);
        return [.. Enumerable.Range(1, 20).Select(i => video.Recognize(Sample, TimeSpan.FromSeconds(i * frameTime)).Length)];
    }
}
