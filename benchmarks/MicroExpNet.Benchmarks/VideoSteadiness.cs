using System.Globalization;
using MicroExpNet.Imaging;
using MicroExpNet.Vision;

namespace MicroExpNet.Benchmarks;

/// <summary>
/// How steady a video's answers are: photos as films that stand still, shake by up to a pixel, or are noisy; and how soon a real change is
/// followed: faces of two photos, one after the other at one place.
/// </summary>
internal static class VideoSteadiness
{
    private const int MaxPhotos = 25, StillFrames = 1000, Frames = 250, MinFace = 40;

    // Standard deviation of the noise, in grey levels.
    private const double Noise = 3;

    // The film of a change: a head of so many pixels in the middle of a grey frame.
    private const int Width = 320, Height = 240, HeadSide = 180, FramesBefore = 25, FramesAfter = 25;
    private const double HeadSides = 1.7, Rate = 25;

    private static readonly FaceDetector Detector = FaceDetector.Default.With(new FaceDetectorOptions { MinFace = MinFace });

    /// <summary>Measures and prints.</summary>
    /// <param name="output">Gets the figures.</param>
    /// <param name="folder">Photos of people.</param>
    public static void Run(TextWriter output, string folder)
    {
        List<(byte[] Gray, int Width, int Height)> photos = [];
        foreach (string path in Directory.EnumerateFiles(folder).Where(Photo.HasPictureName).Order(StringComparer.Ordinal))
        {
            using Photo photo = Photo.Load(path);
            byte[] gray = photo.ToGray();
            if (Detector.Detect(gray, photo.Width, photo.Height, photo.Width).Length > 0) photos.Add((gray, photo.Width, photo.Height));
        }

        output.WriteLine("Changes of the answer from one frame to the next, in a thousand:\n");
        output.WriteLine("| frames | faces | without smoothing | smoothed over 0.3 s and held |\n| --- | --- | --- | --- |");
        foreach ((string name, int frames, Func<byte[], int, int, Random, byte[]> change) in
            ((string, int, Func<byte[], int, int, Random, byte[]>)[])
            [
                ("the same picture", StillFrames, (gray, width, height, _) => Shifted(gray, width, height, 1, 1)),
                ("shifted at random by up to a pixel", Frames,
                    (gray, width, height, random) => Shifted(gray, width, height, random.Next(3), random.Next(3))),
                ("with noise of 3 grey levels", Frames,
                    (gray, width, height, random) => Noisy(Shifted(gray, width, height, 1, 1), random)),
            ])
        {
            (long changes, long pairs, int faces) = Flicker(photos.Take(MaxPhotos), frames, change, TimeSpan.Zero);
            (long smoothChanges, long smoothPairs, _) = Flicker(photos.Take(MaxPhotos), frames, change, TimeSpan.FromSeconds(0.3));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name}, {frames} | {faces} | {1000.0 * changes / pairs:0.0} | {1000.0 * smoothChanges / smoothPairs:0.0} |"));
        }

        double[] times = [.. ChangeTimes(photos).Order()];
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nA real change, {times.Length} pairs of faces at {Rate} frames a second: followed after {times[times.Length / 2]:0.00} s " +
            $"in the median, {times[times.Length * 9 / 10]:0.00} s in nine of ten, {times[^1]:0.00} s at most; " +
            $"within 0.3 s in {100.0 * times.Count(time => time < 0.3) / times.Length:0.0}%."));
    }

    private static (long Changes, long Pairs, int Faces) Flicker(
        IEnumerable<(byte[] Gray, int Width, int Height)> photos, int frames, Func<byte[], int, int, Random, byte[]> change,
        TimeSpan smoothing)
    {
        long changes = 0, pairs = 0;
        int faces = 0;
        foreach ((byte[] gray, int width, int height) in photos)
        {
            VideoRecognizer video = Recognizer(smoothing);
            Random random = new(1);
            Dictionary<int, Expression> before = [];
            for (int i = 0; i < frames; i++)
            {
                ReadOnlySpan<TrackedFace> found = video.Recognize(
                    new ImageView(change(gray, width, height, random), width - 2, height - 2));
                Dictionary<int, Expression> now = [];
                foreach (TrackedFace face in found)
                {
                    now[face.Track] = face.Expression;
                    if (!before.TryGetValue(face.Track, out Expression last)) continue;
                    pairs++;
                    changes += last == face.Expression ? 0 : 1;
                }

                if (i == 0) faces += now.Count;
                before = now;
            }
        }

        return (changes, pairs, faces);
    }

    // The seconds from a change to the first frame from which on the smoothed answer is the new face's.
    private static IEnumerable<double> ChangeTimes(List<(byte[] Gray, int Width, int Height)> photos)
    {
        byte[][] films = [.. photos.Select(photo => Head(photo.Gray, photo.Width, photo.Height))];
        for (int i = 0; i + 1 < films.Length; i++)
        {
            Expression? from = Answer(films[i]), to = Answer(films[i + 1]);
            if (from is null || to is null || from == to) continue;
            VideoRecognizer video = Recognizer(TimeSpan.FromSeconds(0.3));
            for (int frame = 0; frame < FramesBefore; frame++) video.Recognize(new ImageView(films[i], Width, Height));
            int followed = 0;
            for (int frame = 0; frame < FramesAfter; frame++)
            {
                ReadOnlySpan<TrackedFace> found = video.Recognize(new ImageView(films[i + 1], Width, Height));
                if (found.IsEmpty || found[0].Expression != to) followed = frame + 1;
            }

            yield return followed / Rate;
        }
    }

    // What a film that shows nothing else answers; null if that is not one face.
    private static Expression? Answer(byte[] frame)
    {
        VideoRecognizer video = Recognizer(TimeSpan.Zero);
        for (int i = 0; i < FramesBefore; i++) video.Recognize(new ImageView(frame, Width, Height));
        ReadOnlySpan<TrackedFace> found = video.Recognize(new ImageView(frame, Width, Height));
        return found.Length == 1 ? found[0].Scores.Top : null;
    }

    private static byte[] Head(byte[] gray, int width, int height)
    {
        FaceBox face = Detector.Detect(gray, width, height, width)[0].Box;
        int side = (int)(Math.Max(face.Width, face.Height) * HeadSides);
        FaceBox around = new FaceBox(
            face.X + ((face.Width - side) / 2), face.Y + ((face.Height - side) / 2), side, side).ClippedTo(width, height);
        int headWidth = HeadSide * around.Width / side, headHeight = HeadSide * around.Height / side;
        byte[] head = new byte[headWidth * headHeight], frame = new byte[Width * Height];
        BilinearResize.Resize(new ImageView(gray, width, height).Slice(around), head, headWidth, headHeight);
        frame.AsSpan().Fill(128);
        int left = (Width - headWidth) / 2, top = (Height - headHeight) / 2;
        for (int y = 0; y < headHeight; y++) head.AsSpan(y * headWidth, headWidth).CopyTo(frame.AsSpan(((top + y) * Width) + left));
        return frame;
    }

    private static VideoRecognizer Recognizer(TimeSpan smoothing) =>
        new(ExpressionRecognizer.Default, Detector, new VideoOptions { SmoothingTime = smoothing });

    // Without the outermost rows and columns, so that there is room to move.
    private static byte[] Shifted(byte[] gray, int width, int height, int x, int y)
    {
        byte[] shifted = new byte[(width - 2) * (height - 2)];
        for (int row = 0; row < height - 2; row++)
        {
            gray.AsSpan(((row + y) * width) + x, width - 2).CopyTo(shifted.AsSpan(row * (width - 2)));
        }

        return shifted;
    }

    private static byte[] Noisy(byte[] gray, Random random)
    {
        for (int i = 0; i < gray.Length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            gray[i] = (byte)Math.Clamp(Math.Round(gray[i] + (Noise * normal)), 0, 255);
        }

        return gray;
    }
}
