using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Imaging;
using MicroExpNet.OpenCv;
using MicroExpNet.Training.Detection;
using MicroExpNet.Vision;
using OpenCvSharp;

namespace MicroExpNet.Benchmarks;

/// <summary>
/// Finding faces: this library's detector and OpenCV's Haar cascade at the original's settings, one thread each, in paired rounds; and
/// where
/// pictures with known faces are given, what each finds of them.
/// </summary>
internal static class DetectionSpeed
{
    private const int Rounds = 41;
    private const float CurveFrom = 0.05f;

    // Frames of a camera, made of the sample photo and its mirror image.
    private static readonly (
        int Width, int Height, int MinFace)[] Frames = [(640, 480, 24), (640, 480, 60), (1920, 1080, 60), (1920, 1080, 120)];

    /// <summary>Prints a table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sample">A photo of a face.</param>
    /// <param name="sets">Folders or zip archives of pictures whose faces are known.</param>
    /// <param name="modelPath">The detector's file; null for the built-in one.</param>
    public static void Run(TextWriter output, string sample, IEnumerable<string> sets, string? modelPath)
    {
        FaceDetector detector = modelPath is null ? FaceDetector.Default : FaceDetector.Load(modelPath);
        Photo photo = Photo.Load(sample);
        output.WriteLine($"finding faces, one thread; medians of {Rounds} paired rounds");
        output.WriteLine("frame       faces from   this library   OpenCV's Haar cascade   times as fast   allocated a frame");
        foreach ((int width, int height, int minFace) in Frames)
        {
            Compare(detector.With(new FaceDetectorOptions { MinFace = minFace }), Frame(photo, width, height), minFace, output);
        }
        foreach (string set in sets) Evaluate(detector, PictureSet.Load(set), output);
    }

    private static void Compare(FaceDetector detector, Photo frame, int minFace, TextWriter output)
    {
        byte[] gray = frame.ToGray();
        DetectedFace[] faces = new DetectedFace[64];
        using HaarFaceDetector? haar = Haar(minFace);
        if (haar is not null) Cv2.SetNumThreads(1);
        double[] ours = new double[Rounds], theirs = new double[Rounds];
        for (int i = 0; i < 20; i++) detector.Detect(gray, frame.Width, frame.Height, frame.Width, faces);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            detector.Detect(gray, frame.Width, frame.Height, frame.Width, faces);
            ours[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        long allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        for (int round = 0; round < Rounds && haar is not null; round++)
        {
            long start = Stopwatch.GetTimestamp();
            detector.Detect(gray, frame.Width, frame.Height, frame.Width, faces);
            ours[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            start = Stopwatch.GetTimestamp();
            haar.Detect(frame);
            theirs[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(ours);
        Array.Sort(theirs);
        string beside = haar is null ? "not here" : string.Create(CultureInfo.InvariantCulture, $"{theirs[Rounds / 2]:0.0} ms");
        string ratio = haar is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{theirs[Rounds / 2] / ours[Rounds / 2]:0.0}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"{frame.Width,4}x{frame.Height,-4} {minFace,6} pixels {ours[Rounds / 2],11:0.00} ms {beside,23} {ratio,15} " +
                $"{allocated,15:N0} B"));
    }

    private static void Evaluate(FaceDetector detector, PictureSet set, TextWriter output)
    {
        output.WriteLine(
            $"\n{set.Name}: {set.Pictures.Length:N0} pictures, {set.Pictures.Sum(one => one.Faces.Length):N0} faces, from 24 pixels");
        output.WriteLine("                         recall   false faces   recall with a false face in one picture of ten");
        FaceDetector low = detector.With(new FaceDetectorOptions { MinScore = CurveFrom });
        Row("this library", DetectorEvaluation.Run(
            set.Pictures, picture =>
                low.Detect(picture.Image.Pixels, picture.Image.Width, picture.Image.Height, picture.Image.Width),
                new MatchingOptions { MinSide = 24 }));
        using HaarFaceDetector? haar = Haar(24);
        if (haar is null) return;
        Row("OpenCV's Haar cascade",
            DetectorEvaluation.Run(
            set.Pictures, picture => haar.Detect(ToPhoto(picture)), new MatchingOptions { MinScore = 0, MinSide = 24 }));

        void Row(string name, DetectorScores scores) => output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
                $"{name,-23} {scores.Recall,7:0.0%} {scores.FalseFaces,13:N0} {scores.RecallAtOneInTen,30:0.0%}"));
    }

    private static Photo ToPhoto(LabeledPicture picture)
    {
        byte[] rgba = new byte[picture.Image.Pixels.Length * 4];
        for (int i = 0; i < picture.Image.Pixels.Length; i++) rgba.AsSpan(4 * i, 4).Fill(picture.Image.Pixels[i]);
        return new Photo(rgba, picture.Image.Width, picture.Image.Height);
    }

    private static HaarFaceDetector? Haar(int minFace)
    {
        try
        {
            return new HaarFaceDetector(new HaarOptions { MinFace = minFace });
        }
        catch (DetectorUnavailableException)
        {
            return null;
        }
    }

    private static Photo Frame(Photo photo, int width, int height)
    {
        int tileWidth = photo.Width * height / photo.Height;
        byte[] tile = new byte[tileWidth * height * 4], frame = new byte[width * height * 4];
        BilinearResize.Resize(photo, tile, tileWidth, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int column = x / tileWidth % 2 == 0 ? x % tileWidth : tileWidth - 1 - (x % tileWidth);
                tile.AsSpan(((y * tileWidth) + column) * 4, 4).CopyTo(frame.AsSpan(((y * width) + x) * 4, 4));
            }
        }

        return new Photo(frame, width, height);
    }
}
