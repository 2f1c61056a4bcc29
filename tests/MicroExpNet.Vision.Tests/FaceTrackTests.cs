namespace MicroExpNet.Vision.Tests;

public class FaceTrackTests
{
    private static readonly DetectedFace Still = new(new FaceBox(100, 100, 60, 60));

    [Fact]
    public void A_steadied_box_lies_in_the_image_in_which_the_measured_ones_lie()
    {
        const int side = 60;
        Random random = new(5);
        for (int i = 0; i < 100_000; i++)
        {
            DetectedFace steadied = BoxStabilizer.Steady(new DetectedFace(AtTheEdge()), new DetectedFace(AtTheEdge()));
            Assert.Equal(steadied.Box, steadied.Box.ClippedTo(side, side));
        }

        FaceBox AtTheEdge()
        {
            int left = random.Next(30), top = random.Next(30);
            return new FaceBox(
                left, top, random.Next(2) == 0 ? side - left : random.Next(5, 30), random.Next(2) == 0 ? side - top : random.Next(5, 30));
        }
    }

    [Fact]
    public void A_face_is_expected_one_step_further()
    {
        FaceTrack track = new();
        track.Start(Still, 1);
        track.Follow(new DetectedFace(new FaceBox(110, 104, 60, 60)), 2);
        Assert.Equal(new FaceBox(110, 104, 60, 60), track.Expected(2));
        Assert.Equal(new FaceBox(120, 108, 60, 60), track.Expected(3));
    }

    [Fact]
    public void What_gave_its_face_up_to_another_is_expected_where_it_was_seen_before()
    {
        FaceTrack track = new();
        track.Start(Still, 1);
        track.Follow(Still, 2);
        track.Follow(new DetectedFace(new FaceBox(64, 100, 60, 60)), 3);
        track.Lose(3);
        Assert.Equal((2, Still.Box), (track.LastSeen, track.Expected(4)));
    }
}
