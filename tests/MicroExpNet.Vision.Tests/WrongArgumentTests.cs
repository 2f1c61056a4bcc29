using MicroExpNet.Tests;

namespace MicroExpNet.Vision.Tests;

/// <summary>Wrong calls of the public surface name the argument that is wrong.</summary>
public class WrongArgumentTests
{
    private static readonly PhotoRecognizer Recognizer = new(ExpressionRecognizer.Default, FaceDetector.Default);

    public static TheoryData<string, Action> Nulls => new()
    {
        { "photo", () => Recognizer.Recognize((Photo)null!) },
        { "photo", () => Recognizer.Recognize((Photo)null!, new FaceBox(0, 0, 1, 1)) },
        { "photo", () => FaceDetector.Default.Detect((Photo)null!) },
        { "photo", () => Video().Recognize((Photo)null!) },
        { "photo", () => PhotoAnnotator.Draw(null!, []) },
        { "faces", () => PhotoAnnotator.Draw(Small(), null!) },
        { "path", () => PhotoAnnotator.Save(Small(), [], null!) },
        { "stream", () => PhotoAnnotator.Save(Small(), [], null!, PhotoFormat.Png) },
        { "path", () => Small().Save(null!) },
        { "stream", () => Small().Save(null!, PhotoFormat.Png) },
        { "path", () => Photo.Load((string)null!) },
        { "stream", () => Photo.Load((Stream)null!, "name") },
        { "name", () => Photo.Load(Stream.Null, null!) },
        { "stream", () => Photo.LoadAsync(null!, "name").Wait(CancellationToken.None) },
        { "rgba", () => _ = new Photo(null!, 1, 1) },
        { "recognizer", () => _ = new PhotoRecognizer(null!, null) },
        { "recognizer", () => _ = new VideoRecognizer(null!, FaceDetector.Default) },
        { "detector", () => _ = new VideoRecognizer(ExpressionRecognizer.Default, null!) },
        { "model", () => _ = new FaceDetector(null!) },
        { "options", () => FaceDetector.Default.With(null!) },
        { "model", () => _ = new ExpressionRecognizer(null!) },
        { "prior", () => ExpressionRecognizer.Default.WithPrior(null!) },
        { "model", () => _ = new Network(null!) },
    };

    public static TheoryData<string, Action> Others => new()
    {
        { "image", () => Recognizer.Recognize(default(ImageView)) },
        { "image", () => Recognizer.Recognize(default, new FaceBox(0, 0, 1, 1)) },
        { "image", () => Recognizer.Crop(default, new FaceBox(0, 0, 1, 1), new byte[48 * 48]) },
        { "image", () => FaceDetector.Default.Detect(default) },
        { "image", () => FaceDetector.Default.Detect(default, new DetectedFace[1]) },
        { "image", () => FaceDetector.Default.TryDetectNear(default, new FaceBox(0, 0, 1, 1), out _) },
        { "face", () => ExpressionRecognizer.Default.Recognize(default) },
        { "frame", () => Video().Recognize(default(ImageView)) },
        { "image", () => _ = new Photo(default(ImageView)) },
        { "box", () => Recognizer.Recognize(Small(), new FaceBox(99, 0, 1, 1)) },
        { "box", () => Recognizer.Recognize(Small(), new FaceBox(int.MinValue, 0, -1, 10)) },
        { "box", () => Recognizer.Crop(Small(), new FaceBox(99, 0, 1, 1), new byte[48 * 48]) },
        { "face", () => Recognizer.Crop(Small(), new DetectedFace(new FaceBox(99, 0, 1, 1)), new byte[48 * 48]) },
        { "crop", () => Recognizer.Crop(Small(), new FaceBox(0, 0, 1, 1), new byte[48 * 47]) },
        { "selection", () => Recognizer.Recognize(Small(), (FaceSelection)(-1)) },
        { "rgba", () => _ = new Photo(new byte[11], 1, 3) },
        { "rgba", () => _ = new Photo(new byte[12], int.MaxValue, int.MaxValue) },
        { "width", () => _ = new Photo(new byte[12], 0, 3) },
        { "faces", () => PhotoAnnotator.Draw(Small(), [default(ClassifiedFace)]) },
        { "faces", () => PhotoAnnotator.Draw(Small(), [Classified("a", "b"), Classified("a", "b", "c")]) },
        { "MaxPixels", () => _ = new PhotoLimits(-1) },
        { "MaxPixels", () => _ = PhotoLimits.Default with { MaxPixels = 0 } },
        { "format", () => Small().Save(Stream.Null, (PhotoFormat)3) },
        { "stride", () => FaceDetector.Default.Detect(new byte[100], 10, 10, 0) },
        { "stride", () => ExpressionRecognizer.Default.Recognize(new byte[100], 10, 10, 0) },
        { "pixels", () => ExpressionRecognizer.Default.Recognize(new byte[99], 10, 10, 10) },
        { "crops", () => ExpressionRecognizer.Default.Recognize(new byte[48 * 48], 2, new ExpressionScores[2]) },
        { "results", () => ExpressionRecognizer.Default.Recognize(new byte[2 * 48 * 48], 2, new ExpressionScores[1]) },
        { "count", () => ExpressionRecognizer.Default.Recognize([], -1, []) },
        { "options", () =>
            _ = new VideoRecognizer(ExpressionRecognizer.Default, FaceDetector.Default, new() { SmoothingTime = TimeSpan.MinValue }) },
        { "options", () => FaceDetector.Default.With(new() { MinScore = float.NaN }) },
    };

    [Theory]
    [MemberData(nameof(Nulls))]
    public void Null_is_refused_by_its_name(string argument, Action call) =>
        Assert.Equal(argument, Assert.Throws<ArgumentNullException>(call).ParamName);

    [Theory]
    [MemberData(nameof(Others))]
    public void What_does_not_fit_is_refused_by_its_name(string argument, Action call) =>
        Assert.Equal(argument, Assert.ThrowsAny<ArgumentException>(call).ParamName);

    [Fact]
    public void A_photo_that_was_disposed_of_says_so()
    {
        Photo photo = Photo.Load(ReferenceData.Repository("samples/astronaut.png"));
        photo.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Recognizer.Recognize(photo));
        Assert.Throws<ObjectDisposedException>(() => photo.View.Width);
        Assert.Throws<ObjectDisposedException>(() => photo.ToGray());
        Assert.Throws<ObjectDisposedException>(() => photo.Save(Stream.Null, PhotoFormat.Png));
        Assert.Throws<ObjectDisposedException>(() => PhotoAnnotator.Draw(photo, []));
    }

    [Fact]
    public void A_detector_s_wrong_answer_is_not_the_caller_s_fault()
    {
        DetectedFace outside = new(new FaceBox(99, 0, 5, 5));
        foreach (IReadOnlyList<DetectedFace>? answer in (IReadOnlyList<DetectedFace>?[])[null, [outside]])
        {
            GivenFaces detector = new(answer);
            PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, detector);
            PhotoClassifier classifier = new(new FaceClassifier(ExpressionRecognizer.Default.Network.Model), detector);
            foreach (Action call in (Action[])[() => recognizer.Recognize(Small()), () => classifier.Classify(Small())])
            {
                Assert.Contains(nameof(GivenFaces), Assert.Throws<InvalidOperationException>(call).Message, StringComparison.Ordinal);
            }
        }
    }

    private static ClassifiedFace Classified(params string[] labels) =>
        new(null, new ClassScores([.. labels], new float[labels.Length]));

    private static VideoRecognizer Video() => new(ExpressionRecognizer.Default, FaceDetector.Default);

    private static Photo Small() => new(new byte[20 * 10 * 4], 20, 10);

    private sealed class GivenFaces(IReadOnlyList<DetectedFace>? faces) : IFaceDetector
    {
        public IReadOnlyList<DetectedFace> Detect(ImageView image) => faces!;
    }
}
