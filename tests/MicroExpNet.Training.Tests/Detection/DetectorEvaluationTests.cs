using System.Collections.Immutable;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training.Tests.Detection;

public sealed class DetectorEvaluationTests
{
    [Fact]
    public void Found_missed_and_false_faces_are_counted_by_hand()
    {
        LabeledPicture picture = Picture("a", Face(50, 50, 40), Face(150, 50, 40));
        DetectorScores scores = Run(
            [picture], 0.5, 0, Found(50, 50, 40, 0.9f), Found(150, 100, 40, 0.8f), Found(52, 50, 40, 0.7f), Found(150, 50, 40, 0.4f));
        Assert.Equal((1, 2), (scores.Pictures, scores.Faces));
        Assert.Equal(0.5, scores.Recall);
        Assert.Equal(2, scores.FalseFaces); // one elsewhere, and one that found what was found already
        Assert.Equal(1, scores.MeanIntersectionOverUnion);
        Assert.Equal((48, 2, 0.5), Assert.Single(scores.BySize));
    }

    [Fact]
    public void Lists_that_are_missing_are_refused_by_name()
    {
        LabeledPicture without = Picture("a") with { Faces = default };
        foreach (ImmutableArray<LabeledPicture> pictures in (ImmutableArray<LabeledPicture>[])[default, [without], [null!]])
        {
            ArgumentException refused = Assert.Throws<ArgumentException>(
                () => DetectorEvaluation.Run(pictures, _ => [], new MatchingOptions(), TestContext.Current.CancellationToken));
            Assert.Equal("pictures", refused.ParamName);
        }

        Assert.Equal("detector", Assert.Throws<ArgumentNullException>(() => new CandidateCutter(null!)).ParamName);
    }

    [Theory]
    [InlineData(13, 1)]
    [InlineData(14, 0)]
    public void A_face_is_found_from_half_of_both_areas_on(int off, double recall)
    {
        // Moved by a third of the side, both share half of what they cover together: 26.67 · 40 of 53.33 · 40.
        DetectorScores scores = Run([Picture("a", Face(60, 60, 40))], 0.5, 0, Found(60 + off, 60, 40, 0.9f));
        Assert.Equal(recall, scores.Recall);
        Assert.Equal(recall == 1 ? 0 : 1, scores.FalseFaces);
    }

    [Fact]
    public void Squares_are_compared_as_far_as_they_lie_in_the_picture()
    {
        DetectorScores scores = Run([Picture("a", Face(4, 60, 40))], 0.5, 0, new DetectedFace(new FaceBox(0, 40, 24, 40), 0.9f));
        Assert.Equal(1, scores.Recall);
        Assert.Equal(1, scores.MeanIntersectionOverUnion);
    }

    [Fact]
    public void Faces_smaller_than_asked_for_are_neither_missed_nor_false()
    {
        LabeledPicture picture = Picture("a", Face(50, 50, 20), Face(150, 50, 40));
        DetectorScores scores = Run([picture], 0.5, 24, Found(50, 50, 20, 0.9f), Found(150, 50, 40, 0.9f));
        Assert.Equal((1, 1.0, 0), (scores.Faces, scores.Recall, scores.FalseFaces));
        Assert.Equal(0, Run([picture], 0.5, 24).Recall);
    }

    [Fact]
    public void The_curve_stops_before_more_than_one_false_face_in_ten_pictures()
    {
        // 20 pictures allow two false faces. In the order of scores: right, false, right, false, right, false, right.
        LabeledPicture[] pictures = [
            .. Enumerable.Range(0, 20).Select(i => Picture($"{i}", i < 5 ? new[] { Face(50, 50, 40) } : Array.Empty<PlacedFace>()))];
        float[] right = [0.95f, 0.85f, 0.75f, 0.65f], wrong = [0.9f, 0.8f, 0.7f];
        DetectorScores scores = DetectorEvaluation.Run(
            [.. pictures],
            picture => int.Parse(
                picture.Name) switch
            {
                < 4 and var i => [Found(50, 50, 40, right[i])],
                10 =>
                [Found(50, 50, 40, wrong[0]), Found(120, 50, 40, wrong[2])],
                11 => [Found(50, 50, 40, wrong[1])],
                _ => []
            },
            new MatchingOptions { MinScore = 0.5 },
            TestContext.Current.CancellationToken);
        Assert.Equal((4 / 5.0, 3), (scores.Recall, scores.FalseFaces));
        Assert.Equal(3 / 5.0, scores.RecallAtOneInTen);
        Assert.Equal(0.75f, scores.ScoreAtOneInTen);
    }

    [Fact]
    public void No_threshold_parts_faces_of_the_same_score()
    {
        // A detector that gives no scores: all its faces or none.
        LabeledPicture[] pictures = [.. Enumerable.Range(0, 10).Select(i => Picture($"{i}", Face(50, 50, 40)))];
        DetectorScores Run(int wrong) => DetectorEvaluation.Run(
            [.. pictures], picture =>
                int.Parse(picture.Name) >= 10 - wrong
                ? [new DetectedFace(new FaceBox(30, 30, 40, 40)), new DetectedFace(new FaceBox(120, 120, 40, 40))]
                : [new DetectedFace(new FaceBox(30, 30, 40, 40))], new MatchingOptions());
        Assert.Equal((1.0, 1.0), (Run(1).Recall, Run(1).RecallAtOneInTen));
        Assert.Equal((1.0, 0.0), (Run(2).Recall, Run(2).RecallAtOneInTen));
    }

    [Fact]
    public void Eyes_are_measured_in_shares_of_the_side_where_a_detector_tells_them()
    {
        LabeledPicture picture = Picture("a", Face(50, 50, 40));
        EyePositions eyes = picture.Faces[0].Eyes!.Value, off = eyes with { LeftX = eyes.LeftX + 3, LeftY = eyes.LeftY + 4 };
        Assert.Equal(2.5 / 40, Run([picture], 0.5, 0, new DetectedFace(new FaceBox(30, 30, 40, 40), 1, off)).EyeError, 1e-6);
        Assert.Equal(double.NaN, Run([picture], 0.5, 0, new DetectedFace(new FaceBox(30, 30, 40, 40))).EyeError);
        LabeledPicture unknown = Picture("b", Face(50, 50, 40) with { Eyes = null });
        Assert.Equal(double.NaN, Run([unknown], 0.5, 0, new DetectedFace(new FaceBox(30, 30, 40, 40), 1, off)).EyeError);
        Assert.Equal(2.5 / 40, Run([picture, unknown], 0.5, 0, new DetectedFace(new FaceBox(30, 30, 40, 40), 1, off)).EyeError, 1e-6);
    }

    [Fact]
    public void Pictures_without_faces_have_false_faces_and_no_recall()
    {
        DetectorScores scores = Run([Picture("a"), Picture("b")], 0.5, 0, Found(50, 50, 40, 0.9f));
        Assert.Equal((0, 2), (scores.Faces, scores.FalseFaces));
        Assert.True(double.IsNaN(scores.Recall) && double.IsNaN(scores.RecallAtOneInTen));
        Assert.Empty(scores.BySize);
    }

    [Fact]
    public void Faces_that_whoever_labelled_them_was_not_sure_of_are_neither_missed_nor_false()
    {
        LabeledPicture picture = Picture(
            "a", Face(50, 50, 40) with { Score = 0.7f }, Face(150, 50, 40) with { Score = 0.9f }, Face(50, 150, 40));
        DetectorScores scores = DetectorEvaluation.Run(
            [picture], _ =>
                [Found(50, 50, 40, 0.9f), Found(150, 62, 40, 0.7f), Found(150, 150, 40, 0.6f)],
                MatchingOptions.Photographs with { MinScore = 0.65 }, TestContext.Current.CancellationToken);

        // Moved by 0.3 of the side, the squares' intersection over union is 0.54.
        Assert.Equal((2, 0.5, 0), (scores.Faces, scores.Recall, scores.FalseFaces));
        Assert.Equal([(picture, picture.Faces[2])], scores.Missed);
        Assert.Empty(scores.False);
        Assert.Contains((0.5, 0.5, 1), scores.ByScore);
        Assert.Contains((0.8, 0, 0), scores.ByScore);
    }

    [Fact]
    public void Missed_and_false_faces_are_drawn_on_a_sheet()
    {
        LabeledPicture picture = Picture("a", [.. Enumerable.Range(0, 13).Select(i => Face(20 + (12 * i), 50, 10))]);
        DetectorScores scores = Run([picture], 0.5, 0, Found(190, 190, 40, 0.9f));
        Assert.Equal((13, 1), (scores.Missed.Count, scores.False.Count));
        using SkiaSharp.SKBitmap sheet = SkiaSharp.SKBitmap.Decode(ContactSheet.Draw(scores));

        // Two rows of twelve for what was missed, one for what was false.
        Assert.Equal((12 * 112, 3 * 124), (sheet.Width, sheet.Height));
        Assert.Contains(sheet.Pixels[..(sheet.Width * 248)], pixel => pixel == SkiaSharp.SKColors.LimeGreen);
        Assert.Contains(sheet.Pixels[(sheet.Width * 248)..], pixel => pixel == SkiaSharp.SKColors.Red);
    }

    private static DetectorScores Run(LabeledPicture[] pictures, double minScore, double minimumSide, params DetectedFace[] found) =>
        DetectorEvaluation.Run([.. pictures], _ => found, new MatchingOptions { MinScore = minScore, MinSide = minimumSide });

    private static LabeledPicture Picture(string name, params PlacedFace[] faces) =>
        new(name, new GrayImage(new byte[200 * 200], 200, 200), [.. faces]);

    private static PlacedFace Face(float x, float y, float side) => new(x, y, side, new EyePositions(x - 8, y - 5, x + 8, y - 5));

    private static DetectedFace Found(int x, int y, int side, float score) =>
        new(new FaceBox(x - (side / 2), y - (side / 2), side, side), score);
}
