using MicroExpNet.Checkpoints;
using MicroExpNet.Tests;

namespace MicroExpNet.Vision.Tests;

public class PhotoRecognizerTests
{
    private static readonly FaceBox ReferenceBox = new(176, 66, 95, 95);

    [Theory]
    [InlineData("face")]
    [InlineData("whole")]
    public void The_sample_s_crop_meets_the_original_script_s(string view)
    {
        Photo photo = Sample();
        byte[] crop = new byte[84 * 84];
        Recognizer("CK").Crop(photo, view == "face" ? ReferenceBox : new FaceBox(0, 0, photo.Width, photo.Height), crop);
        byte[] expected = ReferenceData.Numpy($"preprocess_astronaut_{view}_u8").Bytes.ToArray();
        int[] differences = [.. crop.Zip(expected, (a, b) => Math.Abs(a - b))];
        Assert.True(differences.Max() <= 3);
        Assert.True(differences.Count(difference => difference > 1) <= differences.Length / 1000);
    }

    [Theory]
    [InlineData("CK")]
    [InlineData("OuluCASIA")]
    public void The_sample_has_the_original_script_s_probabilities(string checkpoint)
    {
        using FileStream json = File.OpenRead(ReferenceData.Path("reference/preprocess_astronaut.json"));
        System.Text.Json.JsonElement probabilities = System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("probabilities");
        ExpressionScores face = Recognizer(checkpoint).Recognize(Sample(), ReferenceBox).Scores;
        RecognizedFace whole = Assert.Single(Recognizer(checkpoint).Recognize(Sample()));
        Assert.Null(whole.Box);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(probabilities.GetProperty($"{checkpoint}_face")[i].GetDouble(), face[(Expression)i], 1e-3);
            Assert.Equal(probabilities.GetProperty($"{checkpoint}_whole")[i].GetDouble(), whole.Scores[(Expression)i], 1e-3);
        }

        Assert.Equal(Expression.Happy, face.Top);
    }

    [Fact]
    public void A_box_over_the_edge_is_cut_and_one_outside_is_refused()
    {
        PhotoRecognizer recognizer = Recognizer("CK");
        Assert.Equal(new FaceBox(0, 500, 20, 12), recognizer.Recognize(Sample(), new FaceBox(-10, 500, 30, 40)).Box);
        Assert.Contains("lies outside", Assert.Throws<ArgumentException>(() => recognizer.Recognize(Sample(), new FaceBox(600, 0, 10, 10))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_face_alone_is_recognised_where_that_is_asked_for()
    {
        PhotoRecognizer recognizer = new(Recognizer("CK").Recognizer, new TwoFaces());
        Assert.Equal([ReferenceBox, new FaceBox(0, 0, 50, 50)], recognizer.Recognize(Sample()).Select(face => face.Box!.Value));
        Assert.Equal(ReferenceBox, Assert.Single(recognizer.Recognize(Sample(), FaceSelection.Largest)).Box);
        Assert.Null(Assert.Single(recognizer.Recognize(Sample(), FaceSelection.Whole)).Box);
    }

    private static Photo Sample() => Photo.Load(ReferenceData.Repository("samples/astronaut.png"));

    private static PhotoRecognizer Recognizer(string checkpoint) =>
        new(new ExpressionRecognizer(CheckpointImporter.Import(ReferenceData.Path($"seed-models/{checkpoint}")).Model), detector: null);

    private sealed class TwoFaces : IFaceDetector
    {
        public IReadOnlyList<DetectedFace> Detect(Photo photo) => [new DetectedFace(ReferenceBox), new DetectedFace(new FaceBox(0, 0, 50, 50))];
    }
}
