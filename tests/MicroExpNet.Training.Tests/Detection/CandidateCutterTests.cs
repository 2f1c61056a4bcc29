using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training.Tests.Detection;

public class CandidateCutterTests
{
    private const int Side = 160;

    // A box of 24 pixels in the cell of each 8x8 pixels, all of them as sure.
    private static readonly FaceDetector Everywhere = new(
        Constant(score: 3), new FaceDetectorOptions { MinFace = 24, MinScore = 0.01f });

    private static readonly FaceDetector Nowhere = new(Constant(score: -9));

    [Fact]
    public void Candidates_are_faces_others_or_neither_by_how_much_of_a_face_they_cover()
    {
        PlacedFace face = new(80, 80, 60, null);
        LabeledPicture picture = new("a", Ramp(), [face]);
        IReadOnlyList<(GrayImage Image, bool IsFace)> cuts = new CandidateCutter(Everywhere).Cut(picture);
        IReadOnlyList<DetectedFace> found = ((IFaceDetector)Everywhere).Detect(new ImageView(picture.Image.Pixels, Side, Side));
        double[] overlaps = [.. found.Select(one => one.Box.IntersectionOverUnion(new FaceBox(50, 50, 60, 60)))];
        int missed = overlaps.Any(overlap => overlap >= 0.5) ? 0 : 1;
        Assert.Equal(overlaps.Count(overlap => overlap >= 0.5) + missed, cuts.Count(cut => cut.IsFace));
        Assert.Equal(overlaps.Count(overlap => overlap < 0.25), cuts.Count(cut => !cut.IsFace));
        Assert.Contains(cuts, cut => !cut.IsFace);
        Assert.All(cuts, cut => Assert.Equal((48, 48), (cut.Image.Width, cut.Image.Height)));
    }

    [Fact]
    public void Faces_that_the_detector_missed_are_cut_out_where_they_are()
    {
        LabeledPicture picture = new("a", Ramp(), [new PlacedFace(80, 70, 33, null)]);
        (GrayImage image, bool isFace) = Assert.Single(new CandidateCutter(Nowhere).Cut(picture));
        Assert.True(isFace);

        // 48 pixels around the face, unscaled: its first column is the picture's 57th.
        Assert.Equal(picture.Image.Pixels.AsSpan((Side * 61) + 57, 48), image.Pixels.AsSpan(48 * 14, 48));
    }

    private static GrayImage Ramp() =>
        new([.. Enumerable.Range(0, Side * Side).Select(i => (byte)((i % Side) + (i / Side / 4)))], Side, Side);

    private static Model Constant(float score)
    {
        Architecture architecture = DetectorArchitectures.Detector("constant", 1, [1]);
        return new Model(
            architecture,
            architecture.Layers.Select(layer => layer.ParameterCount == 0
                ? null
                : new LayerParameters(
                    new float[layer.WeightCount], [.. Enumerable.Range(0, layer.BiasCount).Select(i => i == 0 ? score : 0)])),
            new ModelCard());
    }
}
