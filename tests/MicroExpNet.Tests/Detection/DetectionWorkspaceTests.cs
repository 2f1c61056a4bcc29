using MicroExpNet.Detection;

namespace MicroExpNet.Tests.Detection;

public class DetectionWorkspaceTests
{
    [Fact]
    public void Of_faces_on_the_same_place_or_inside_one_another_the_surest_is_kept_whichever_is_larger()
    {
        DetectionWorkspace workspace = new();
        Candidate sure = At(100, 100, 40, 5), beside = At(110, 108, 40, 4), inside = At(110, 110, 20, 3), around = At(80, 80, 80, 2), apart = At(300, 100, 60, 1), touching = At(140, 100, 40, 0.5f);
        workspace.Candidates.AddRange([touching, around, inside, beside, apart, sure]);
        workspace.Suppress(minLogit: -10);

        // The one around it covers four times its area but holds all of it.
        Assert.Equal([sure.X, apart.X, touching.X], workspace.Candidates.Select(candidate => candidate.X));
    }

    [Fact]
    public void What_lies_inside_another_face_may_stay_beside_it_for_a_second_look()
    {
        DetectionWorkspace workspace = new();
        Candidate sure = At(100, 100, 100, 5), inside = At(110, 110, 40, 3), same = At(104, 98, 96, 2);
        workspace.Candidates.AddRange([inside, same, sure]);
        workspace.Suppress(minLogit: -10, keepsInner: true);
        Assert.Equal([5f, 3f], workspace.Candidates.Select(candidate => candidate.Logit));
        workspace.Suppress(minLogit: -10);
        Assert.Equal(5f, Assert.Single(workspace.Candidates).Logit);
    }

    [Fact]
    public void Candidates_for_one_place_give_their_mean_and_only_the_surest_must_be_sure()
    {
        DetectionWorkspace workspace = new();
        workspace.Candidates.AddRange([At(100, 100, 40, 20), At(104, 98, 44, 20), At(300, 100, 40, 1), At(302, 100, 40, 0.9f)]);
        workspace.Suppress(minLogit: 2);
        Candidate face = Assert.Single(workspace.Candidates);
        Assert.Equal((102f, 99f, 42f, 20f), (face.X, face.Y, face.Width, face.Logit));
    }

    [Theory]
    [InlineData(100, 70, 1.0)]
    [InlineData(101, 71, 0.5)]
    [InlineData(203, 151, 0.25)]
    [InlineData(64, 48, 0.6)]
    [InlineData(200, 3, 0.25)]
    public void A_smaller_picture_shows_the_same_places(int width, int height, double scale)
    {
        // A slope: each pixel's value says where it is.
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i % width);
        DetectionWorkspace workspace = new();
        workspace.Begin(pixels, width, height, width, scale);
        for (int halving = 0; halving < 3; halving++)
        {
            Assert.Equal(workspace.Width * workspace.Height, workspace.Pixels.Length);
            for (int x = 1; x < workspace.Width - 1; x++)
            {
                double place = ((x + 0.5) * workspace.ScaleX) - 0.5;
                Assert.InRange(workspace.Pixels[x] - place, -1.6, 1.6);
            }

            if (Math.Min(workspace.Width, workspace.Height) < 2) break;
            (float before, int columns) = (workspace.ScaleX, workspace.Width);
            workspace.Halve();
            Assert.Equal(2 * before, workspace.ScaleX);
            Assert.Equal(columns / 2, workspace.Width);
        }
    }

    private static Candidate At(float x, float y, float side, float logit) => new() { X = x, Y = y, Width = side, Height = side, Logit = logit, Eyes = default };
}
