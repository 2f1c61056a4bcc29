using MicroExpNet.Checkpoints;
using MicroExpNet.Tests;
using SkiaSharp;

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
        Assert.Contains(
            "lies outside", Assert.Throws<ArgumentException>(() => recognizer.Recognize(Sample(), new FaceBox(600, 0, 10, 10))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_face_alone_is_recognised_where_that_is_asked_for()
    {
        PhotoRecognizer recognizer = new(Recognizer("CK").Recognizer, new TwoFaces());
        Assert.Equal([ReferenceBox, new FaceBox(0, 0, 50, 50)], recognizer.Recognize(Sample()).Select(face => face.Box!.Value));
        Assert.Equal(ReferenceBox, Assert.Single(recognizer.Recognize(Sample(), FaceSelection.Largest)).Box);
        Assert.Null(Assert.Single(recognizer.Recognize(Sample(), FaceSelection.Whole)).Box);
    }

    [Fact]
    public void Where_no_face_is_found_there_is_no_result_unless_the_whole_picture_is_asked_for()
    {
        PhotoRecognizer recognizer = new(Recognizer("CK").Recognizer, new NoFaces());
        Assert.Empty(recognizer.Recognize(Sample()));
        Assert.Empty(recognizer.Recognize(Sample(), FaceSelection.Largest));
        ExpressionScores whole = Assert.Single(recognizer.Recognize(Sample(), FaceSelection.Whole)).Scores;
        foreach (FaceSelection selection in new[] { FaceSelection.AllOrWhole, FaceSelection.LargestOrWhole })
        {
            RecognizedFace face = Assert.Single(recognizer.Recognize(Sample(), selection));
            Assert.Null(face.Face);
            Assert.Equal(whole.ToString(), face.Scores.ToString());
        }
    }

    [Fact]
    public void What_the_detector_knows_of_a_face_comes_with_its_expression()
    {
        Photo photo = Sample();
        DetectedFace found = Assert.Single(FaceDetector.Default.Detect(photo));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new PhotoRecognizer(ExpressionRecognizer.Default, FaceDetector.Default).Recognize(photo, (FaceSelection)5));
        RecognizedFace face = Assert.Single(new PhotoRecognizer(ExpressionRecognizer.Default, FaceDetector.Default).Recognize(photo));
        Assert.Equal(found, face.Face);
        Assert.InRange(face.Face!.Value.Score, 0.65f, 1);
        Assert.NotNull(face.Face!.Value.Eyes);
        Assert.Equal(found.Box, face.Box);
    }

    [Fact]
    public void An_image_of_any_pixel_format_and_stride_has_the_photo_s_faces()
    {
        Photo photo = Sample();
        PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, FaceDetector.Default);
        IReadOnlyList<RecognizedFace> expected = recognizer.Recognize(photo);
        foreach (PixelFormat format in (PixelFormat[])[PixelFormat.Rgb24, PixelFormat.Bgr24, PixelFormat.Rgba32, PixelFormat.Bgra32])
        {
            int bytes = format is PixelFormat.Rgb24 or PixelFormat.Bgr24 ? 3 : 4, stride = (photo.Width * bytes) + 13;
            byte[] pixels = new byte[stride * photo.Height];
            for (int i = 0; i < photo.Width * photo.Height; i++)
            {
                Span<byte> pixel = pixels.AsSpan((i / photo.Width * stride) + (i % photo.Width * bytes), bytes);
                photo.Rgba.AsSpan(i * 4, bytes).CopyTo(pixel);
                if (format is PixelFormat.Bgr24 or PixelFormat.Bgra32) (pixel[0], pixel[2]) = (pixel[2], pixel[0]);
            }

            ImageView image = new(pixels, photo.Width, photo.Height, stride, format);
            Assert.Equal(expected, recognizer.Recognize(image));
            Assert.Equal(FaceDetector.Default.Detect(photo), FaceDetector.Default.Detect(image));
            Assert.Equal(
                new VideoRecognizer(ExpressionRecognizer.Default, FaceDetector.Default).Recognize(photo).ToArray(),
                new VideoRecognizer(ExpressionRecognizer.Default, FaceDetector.Default).Recognize(image).ToArray());
        }
    }

    [Fact]
    public void A_bitmap_of_skia_has_the_photo_s_faces_without_a_copy()
    {
        // As docs/pixels.md shows it.
        using SKBitmap bitmap = SKBitmap.Decode(ReferenceData.Repository("samples/astronaut.png"));
        PixelFormat format = bitmap.ColorType switch
        {
            SKColorType.Bgra8888 => PixelFormat.Bgra32,
            SKColorType.Rgba8888 => PixelFormat.Rgba32,
            SKColorType.Gray8 => PixelFormat.Gray8,
            _ => throw new NotSupportedException($"{bitmap.ColorType}; copy it with bitmap.Copy(SKColorType.Rgba8888)"),
        };
        ImageView image = new(bitmap.GetPixelSpan(), bitmap.Width, bitmap.Height, bitmap.RowBytes, format);
        PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, FaceDetector.Default);
        Assert.Equal(recognizer.Recognize(Sample()), recognizer.Recognize(image));
    }

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Nv12)]
    [InlineData(PixelFormat.I420)]
    public void Of_a_camera_s_frame_the_luma_is_read_as_a_grey_image(PixelFormat format)
    {
        Photo photo = Sample();
        byte[] gray = photo.ToGray(), frame = [.. gray, .. new byte[gray.Length / 2]];
        PhotoRecognizer recognizer = new(ExpressionRecognizer.Default, FaceDetector.Default);
        RecognizedFace face = Assert.Single(recognizer.Recognize(new ImageView(frame, photo.Width, photo.Height, format)));
        DetectedFace detected = Assert.Single(FaceDetector.Default.Detect(gray, photo.Width, photo.Height, photo.Width));
        Assert.Equal((detected.Box, Expression.Happy), (face.Box!.Value, face.Scores.Top));
    }

    private static Photo Sample() => Photo.Load(ReferenceData.Repository("samples/astronaut.png"));

    private static PhotoRecognizer Recognizer(string checkpoint) =>
        new(new ExpressionRecognizer(CheckpointImporter.Import(ReferenceData.Path($"seed-models/{checkpoint}")).Model), detector: null);

    private sealed class NoFaces : IFaceDetector
    {
        public IReadOnlyList<DetectedFace> Detect(ImageView image) => [];
    }

    private sealed class TwoFaces : IFaceDetector
    {
        public IReadOnlyList<DetectedFace> Detect(ImageView image) =>
            [new DetectedFace(ReferenceBox), new DetectedFace(new FaceBox(0, 0, 50, 50))];
    }
}
