using MicroExpNet.Tests;
using MicroExpNet.Vision;
using OpenCvSharp;

namespace MicroExpNet.OpenCv.Tests;

public sealed class HaarFaceDetectorTests
{
    private static readonly FaceBox Astronaut = new(176, 66, 95, 95);

    [OpenCvFact]
    public void The_sample_photos_face_is_where_the_original_finds_it()
    {
        using var detector = new HaarFaceDetector();
        Assert.Equal([new DetectedFace(Astronaut)], detector.Detect(Sample()));
    }

    [OpenCvFact]
    public unsafe void A_mat_and_a_part_of_it_are_images_without_a_copy()
    {
        // As docs/pixels.md shows it; the grey conversion is OpenCV's, so the boxes are the same.
        using HaarFaceDetector detector = new();
        using Mat mat = Cv2.ImRead(ReferenceData.Repository("samples/astronaut.png"));
        Assert.Equal([new DetectedFace(Astronaut)], Detect(mat));
        using Mat part = mat[new Rect(100, 20, 300, 300)];
        FaceBox face = Assert.Single(Detect(part)).Box;
        Assert.True(face.IntersectionOverUnion(Astronaut with { X = Astronaut.X - 100, Y = Astronaut.Y - 20 }) > 0.8, $"{face}");

        IReadOnlyList<DetectedFace> Detect(Mat mat)
        {
            int stride = (int)mat.Step(), length = (stride * (mat.Rows - 1)) + (mat.Cols * mat.ElemSize());
            ReadOnlySpan<byte> pixels = new((void*)mat.Data, length);
            return detector.Detect(new ImageView(pixels, mat.Cols, mat.Rows, stride, PixelFormat.Bgr24));
        }
    }

    [OpenCvFact]
    public void Several_faces_come_largest_first_and_of_equals_the_upper_left_first()
    {
        Photo sample = Sample();
        byte[] twice = new byte[1024 * 1024 * 4];
        for (int y = 0; y < 1024; y++)
        {
            for (int x = 0; x < 2; x++) sample.Rgba.AsSpan(y % 512 * 2048, 2048).CopyTo(twice.AsSpan(y * 4096 + x * 2048));
        }

        using var detector = new HaarFaceDetector();
        IReadOnlyList<DetectedFace> faces = detector.Detect(new Photo(twice, 1024, 1024));
        Assert.True(faces.Count >= 4, $"{faces.Count} faces");
        for (int i = 1; i < faces.Count; i++)
        {
            FaceBox before = faces[i - 1].Box;
            FaceBox face = faces[i].Box;
            Assert.True((before.Area, -before.Y, -before.X).CompareTo((face.Area, -face.Y, -face.X)) > 0, $"{before} before {face}");
        }
    }

    [OpenCvFact]
    public void A_smallest_size_passes_over_smaller_faces()
    {
        using var detector = new HaarFaceDetector(new HaarOptions { MinFace = 120 });
        Assert.Empty(detector.Detect(Sample()));
    }

    [OpenCvFact]
    public void A_picture_without_a_face_gives_none()
    {
        using var detector = new HaarFaceDetector();
        Assert.Empty(detector.Detect(new Photo(new byte[300 * 200 * 4], 300, 200)));
        Assert.Empty(detector.Detect(new Photo(new byte[4], 1, 1)));
        Assert.Empty(detector.Detect(new Photo(new byte[4 * 3000], 3000, 1)));
    }

    [OpenCvFact]
    public void One_detector_serves_many_threads()
    {
        using var detector = new HaarFaceDetector();
        Photo sample = Sample();
        Parallel.For(
            0, 12, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
            Assert.Equal([new DetectedFace(Astronaut)], detector.Detect(sample)));
    }

    [OpenCvFact]
    public void A_cascade_path_that_does_not_exist_is_named_and_no_other_is_taken()
    {
        var refused = Assert.Throws<DetectorUnavailableException>(
            () => new HaarFaceDetector(new HaarOptions { CascadePath = "/nowhere/face.xml" }));
        Assert.Equal("/nowhere/face.xml: the cascade file does not exist", refused.Message);
    }

    [OpenCvFact]
    public void A_file_that_is_no_cascade_is_named()
    {
        string[] contents = [
            "", "no cascade", "<?xml version=\"1.0\"?><opencv_storage><cascade/></opencv_storage>", "<?xml version=\"1.0\"?><other/>"];
        string path = Path.GetTempFileName();
        try
        {
            foreach (string content in contents)
            {
                File.WriteAllText(path, content);
                var refused = Assert.Throws<DetectorUnavailableException>(
                    () => new HaarFaceDetector(new HaarOptions { CascadePath = path }));
                Assert.StartsWith($"{path}: not a cascade", refused.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', refused.Message);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [OpenCvFact]
    public void A_disposed_detector_says_so()
    {
        var detector = new HaarFaceDetector();
        detector.Dispose();
        Assert.Throws<ObjectDisposedException>(() => detector.Detect(Sample()));
    }

    [OpenCvFact]
    public void A_search_with_the_lowest_and_the_highest_scale_factor_ends()
    {
        foreach (double scale in (double[])[1.01, 10])
        {
            using var detector = new HaarFaceDetector(new HaarOptions { ScaleFactor = scale });
            Assert.All(detector.Detect(Sample()), face => Assert.InRange(face.Box.Width, 24, 512));
        }
    }

    [Theory]
    [InlineData(1.0, 5, 0)]
    [InlineData(1.0000001, 5, 0)]
    [InlineData(1e9, 5, 0)]
    [InlineData(double.NaN, 5, 0)]
    [InlineData(1.3, -1, 0)]
    [InlineData(1.3, 5, -1)]
    public void A_setting_out_of_range_is_refused(double scale, int neighbours, int smallest) =>
        Assert.Throws<ArgumentException>(
            () => new HaarFaceDetector(new HaarOptions { ScaleFactor = scale, MinNeighbors = neighbours, MinFace = smallest }));

    private static Photo Sample() => Photo.Load(ReferenceData.Repository("samples/astronaut.png"));
}
