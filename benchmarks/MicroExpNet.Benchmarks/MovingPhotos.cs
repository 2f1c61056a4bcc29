using System.Globalization;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;
using MicroExpNet.Vision;

namespace MicroExpNet.Benchmarks;

/// <summary>
/// Whether a video's faces are faces, whether it has all of them, and whether they keep their numbers: photographs whose faces are known
/// as films of two seconds, for which a camera of 640×480 pans over them, or stands still, with noise.
/// </summary>
internal static class MovingPhotos
{
    private const int Width = 640, Height = 480, Frames = 50, Room = 80, FullPan = 40, MaxSide = 900;

    // Standard deviation of the noise, in grey levels.
    private const double Noise = 10;

    // What lies on a known face, whoever labelled it was sure of it or not, is no false face.
    private const double SomeOverlap = 0.2;

    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(40);

    /// <summary>Measures and prints.</summary>
    /// <param name="output">Gets the figures.</param>
    /// <param name="photos">A folder or zip archive of photographs with a boxes.csv.</param>
    public static void Run(TextWriter output, string photos)
    {
        PictureSet set = PictureSet.Load(photos);
        output.WriteLine(
            "| the camera | a new face is reported | rows | of no known face | in tracks | known faces with a row | new numbers |");
        output.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach ((int maxPan, bool confirms) in ((int, bool)[])[(FullPan, false), (FullPan, true), (0, false), (0, true)])
        {
            Count[] counts = [.. set.Pictures.AsParallel().Select(picture => Measure(picture, new Random(1), maxPan, confirms))];
            int rows = counts.Sum(one => one.Rows), wrong = counts.Sum(one => one.Wrong), asked = counts.Sum(one => one.Asked);
            string camera = maxPan > 0 ? "pans" : "stands still", report = confirms ? "when it is sure or confirmed" : "at once";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {camera} | {report} | {rows:N0} | {wrong} ({(double)wrong / rows:0.0%}) " +
                $"| {counts.Sum(one => one.WrongTracks)} | {(double)counts.Sum(one => one.Found) / asked:0.0%} of {asked:N0} " +
                $"| {counts.Sum(one => one.NewNumbers)} |"));
        }
    }

    private static Count Measure(LabeledPicture picture, Random random, int maxPan, bool confirms)
    {
        double scale = Math.Max(
            Math.Max((Width + Room) / (double)picture.Image.Width, (Height + Room) / (double)picture.Image.Height),
            Math.Min(1, MaxSide / (double)Math.Max(picture.Image.Width, picture.Image.Height)));
        GrayImage whole = Mipmaps.Resize(picture.Image, scale);
        (int width, int height) = (whole.Width, whole.Height);
        byte[] frame = new byte[Width * Height];
        float[] noise = [.. Enumerable.Range(0, frame.Length).Select(_ => Normal(random))];
        VideoRecognizer video = new(ExpressionRecognizer.Default, FaceDetector.Default, new VideoOptions { ConfirmFaces = confirms });
        HashSet<int> wrong = [];
        int[] numbers = new int[picture.Faces.Length];
        Count count = default;

        // Two empty frames first: what a film begins with is reported at once.
        Array.Fill(frame, (byte)128);
        for (int i = -2; i < 0; i++) video.Recognize(new ImageView(frame, Width, Height), (i + 2) * FrameTime);
        for (int i = 0; i < Frames; i++)
        {
            double angle = 2 * Math.PI * i / Frames;
            int left = ((width - Width) / 2) + (int)(Math.Min(maxPan, (width - Width) / 2) * Math.Sin(angle)),
                top = ((height - Height) / 2) + (int)(Math.Min(maxPan, (height - Height) / 2) * Math.Cos(angle));
            int first = random.Next(noise.Length);
            for (int j = 0; j < frame.Length; j++)
            {
                byte pixel = whole.Pixels[((top + (j / Width)) * width) + left + (j % Width)];
                frame[j] = (byte)Math.Clamp(MathF.Round(pixel + noise[(first + j) % noise.Length]), 0, 255);
            }

            TrackedFace[] found = video.Recognize(new ImageView(frame, Width, Height), (i + 2) * FrameTime).ToArray();
            foreach (TrackedFace face in found)
            {
                if (picture.Faces.Any(known => Overlap(known, face.Box) > SomeOverlap)) continue;
                count.Wrong++;
                if (wrong.Add(face.Track)) count.WrongTracks++;
            }

            count.Rows += found.Length;
            for (int k = 0; k < numbers.Length; k++)
            {
                PlacedFace known = picture.Faces[k];
                FaceBox place = Place(known);
                if (!MatchingOptions.Photographs.IsAsked(known with { Side = place.Width })) continue;
                if (place.ClippedTo(Width, Height) != place) continue;
                count.Asked++;
                if (found.Length == 0) continue;
                TrackedFace closest = found.MaxBy(face => Overlap(known, face.Box));
                if (Overlap(known, closest.Box) < MatchingOptions.Photographs.MinOverlap) continue;
                count.Found++;
                if (numbers[k] != 0 && numbers[k] != closest.Track) count.NewNumbers++;
                numbers[k] = closest.Track;
            }

            FaceBox Place(PlacedFace known)
            {
                int side = (int)Math.Round(known.Side * scale);
                double x = (known.X * scale) - (side / 2.0) - left, y = (known.Y * scale) - (side / 2.0) - top;
                return new FaceBox((int)Math.Round(x), (int)Math.Round(y), side, side);
            }

            double Overlap(PlacedFace known, FaceBox box) => Place(known).ClippedTo(Width, Height).IntersectionOverUnion(box);
        }

        return count;
    }

    private static float Normal(Random random)
    {
        double radius = Noise * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return (float)(radius * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    private record struct Count(int Rows, int Wrong, int WrongTracks, int Asked, int Found, int NewNumbers);
}
