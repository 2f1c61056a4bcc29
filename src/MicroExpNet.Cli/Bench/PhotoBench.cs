using System.Diagnostics;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Bench;

/// <summary>Times the stages of a photo, one after the other, on one thread.</summary>
internal static class PhotoBench
{
    private const double MaxWarmSeconds = 0.2;

    private static readonly string[] Stages = ["decode", "detect", "crop", "recognise"];

    /// <summary>Measures the stages.</summary>
    /// <param name="sample">The photo.</param>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <returns>The stages, and the faces of the photo.</returns>
    public static (IReadOnlyList<PhotoStage> Stages, int Faces) Run(
        SamplePhoto sample, ExpressionRecognizer recognizer, FaceDetector detector, double seconds, CancellationToken cancellationToken)
    {
        PhotoRecognizer photos = new(recognizer, detector: null);
        int length = recognizer.InputWidth * recognizer.InputHeight;
        GrayPhoto? photo = null;
        DetectedFace[] faces = [];
        byte[] crops = [];
        ExpressionScores[] scores = [];
        Action[] turns =
        [
            () =>
            {
                photo?.Dispose();
                photo = GrayPhoto.Load(sample.Encoded, sample.Name);
            },
            () => faces = detector.Detect(photo!),
            () =>
            {
                for (int i = 0; i < faces.Length; i++) photos.Crop(photo!, faces[i], crops.AsSpan(i * length, length));
            },
            () => recognizer.Recognize(crops, faces.Length, scores),
        ];
        Take(Math.Min(MaxWarmSeconds, seconds));
        TurnTimes[] times = Take(seconds);
        photo?.Dispose();
        Timing[] joined = [.. times.Select(stage => TurnTimes.Join([stage]))];
        double sum = joined.Sum(stage => stage.Median);
        return ([.. joined.Select((time, i) => new PhotoStage(Stages[i], time, time.Median / sum))], faces.Length);

        TurnTimes[] Take(double duration)
        {
            TurnTimes[] taken = [.. turns.Select(_ => new TurnTimes(1))];
            long start = Stopwatch.GetTimestamp();
            for (int round = 0; round < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < duration; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (int i = 0; i < turns.Length; i++)
                {
                    taken[i].Time(turns[i]);
                    if (i != 1) continue;
                    if (crops.Length < faces.Length * length)
                    {
                        (crops, scores) = (new byte[faces.Length * length], new ExpressionScores[faces.Length]);
                    }
                }
            }

            return taken;
        }
    }
}
