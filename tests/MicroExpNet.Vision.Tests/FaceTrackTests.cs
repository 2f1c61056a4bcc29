namespace MicroExpNet.Vision.Tests;

public class FaceTrackTests
{
    private static readonly DetectedFace Still = new(new FaceBox(100, 100, 60, 60));

    [Fact]
    public void A_face_is_expected_one_step_further()
    {
        FaceTrack track = new(1);
        track.Start(Still, 1);
        track.Follow(new DetectedFace(new FaceBox(110, 104, 60, 60)), 2);
        Assert.Equal(new FaceBox(110, 104, 60, 60), track.Expected(2));
        Assert.Equal(new FaceBox(120, 108, 60, 60), track.Expected(3));
    }

    [Fact]
    public void What_gave_its_face_up_to_another_is_expected_where_it_was_seen_before()
    {
        FaceTrack track = new(1);
        track.Start(Still, 1);
        track.Follow(Still, 2);
        track.Follow(new DetectedFace(new FaceBox(64, 100, 60, 60)), 3);
        track.Lose(3);
        Assert.Equal((2, Still.Box), (track.LastSeen, track.Expected(4)));
    }
}
