using MicroExpNet.Detection;

namespace MicroExpNet.Tests.Detection;

public class CandidateListTests
{
    [Fact]
    public void Of_faces_with_the_same_box_or_inside_one_another_the_most_certain_is_kept_whichever_is_larger()
    {
        Candidate sure = At(100, 100, 40, 5), beside = At(110, 108, 40, 4), inside = At(110, 110, 20, 3);
        Candidate around = At(80, 80, 80, 2), apart = At(300, 100, 60, 1), touching = At(140, 100, 40, 0.5f);
        CandidateList candidates = List(touching, around, inside, beside, apart, sure);
        candidates.SuppressNonMaxima(minLogit: -10);

        // The one around it covers four times its area but holds all of it.
        Assert.Equal([sure.X, apart.X, touching.X], candidates.Span.ToArray().Select(candidate => candidate.X));
    }

    [Fact]
    public void A_face_inside_another_may_stay_until_both_are_refined()
    {
        CandidateList candidates = List(At(110, 110, 40, 3), At(104, 98, 96, 2), At(100, 100, 100, 5));
        candidates.SuppressNonMaxima(minLogit: -10, keepsInner: true);
        Assert.Equal([5f, 3f], candidates.Span.ToArray().Select(candidate => candidate.Logit));
        candidates.SuppressNonMaxima(minLogit: -10);
        Assert.Equal(5f, Assert.Single(candidates.Span.ToArray()).Logit);
    }

    [Fact]
    public void Nearly_equal_boxes_are_averaged_and_only_the_highest_logit_must_reach_the_minimum()
    {
        CandidateList candidates = List(At(100, 100, 40, 20), At(104, 98, 44, 20), At(300, 100, 40, 1), At(302, 100, 40, 0.9f));
        candidates.SuppressNonMaxima(minLogit: 2);
        Candidate face = Assert.Single(candidates.Span.ToArray());
        Assert.Equal((102f, 99f, 42f, 20f), (face.X, face.Y, face.Width, face.Logit));
    }

    // Two boxes of side 100, the second moved to the right so that the IoU is as wanted.
    [Theory]
    [InlineData(0.34, 2, 100)]
    [InlineData(0.36, 1, 100)]
    [InlineData(0.59, 1, 100)]
    [InlineData(0.61, 1, 112.1)]
    public void Boxes_above_an_overlap_of_35_percent_are_one_face_and_above_60_percent_are_averaged(double overlap, int faces, double x)
    {
        float offset = (float)(100 * (1 - overlap) / (1 + overlap));
        CandidateList candidates = List(At(100, 100, 100, 3), At(100 + offset, 100, 100, 3));
        candidates.SuppressNonMaxima(minLogit: 0);
        Assert.Equal(faces, candidates.Count);
        Assert.Equal(x, candidates[0].X, 0.1);
    }

    private static CandidateList List(params ReadOnlySpan<Candidate> candidates)
    {
        CandidateList list = new();
        foreach (ref readonly Candidate candidate in candidates) list.Add(candidate);
        return list;
    }

    private static Candidate At(float x, float y, float side, float logit) =>
        new() { X = x, Y = y, Width = side, Height = side, Logit = logit, Eyes = default };
}
