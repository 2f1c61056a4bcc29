using System.Diagnostics;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Bench;

/// <summary>Times the recognition of every frame of made-up videos. Frames are drawn between the timed turns.</summary>
internal static class VideoBench
{
    private const double MostWarmSeconds = 0.2;

    // Two whole searches.
    private const int FewestFrames = 10;

    /// <summary>Measures one row.</summary>
    /// <param name="sample">The photo whose face the video shows.</param>
    /// <param name="face">Where it is.</param>
    /// <param name="recognizer">Tells the expressions.</param>
    /// <param name="detector">Finds the faces.</param>
    /// <param name="size">Columns and rows of a frame.</param>
    /// <param name="faces">Faces in each frame, 1 or 5.</param>
    /// <param name="threads">Threads, each with a video of its own.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="cancellation">Asks for an early end.</param>
    public static VideoRow Run(
        SamplePhoto sample, FaceBox face, ExpressionRecognizer recognizer, FaceDetector detector, (int Width, int Height) size, int faces, int threads, double seconds, CancellationToken cancellation)
    {
        Photo photo = sample.Photo;
        byte[] gray = photo.ToGray();
        TurnTimes[] times = [.. Enumerable.Range(0, threads).Select(_ => new TurnTimes(1))];
        long[] recognized = new long[threads], frames = new long[threads];
        ThreadTeam.Run(threads, (thread, barrier) =>
        {
            VideoScene scene = new(gray, photo.Width, photo.Height, face, size.Width, size.Height, faces, phase: thread);
            VideoRecognizer video = new(recognizer, detector);
            int number = 0, count = 0;

            // The first frames, searched whole, at the same moment: so that each thread's memory is there before the time counts.
            barrier.SignalAndWait();
            void Recognize() => count = video.Recognize(scene.Frame, scene.Width, scene.Height, scene.Width).Length;
            for (long start = Stopwatch.GetTimestamp(); number < FewestFrames || Stopwatch.GetElapsedTime(start).TotalSeconds < Math.Min(MostWarmSeconds, seconds);)
            {
                scene.Draw(number++);
                Recognize();
            }

            barrier.SignalAndWait();
            for (long start = Stopwatch.GetTimestamp(); frames[thread] < FewestFrames || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; frames[thread]++)
            {
                if (cancellation.IsCancellationRequested) return;
                scene.Draw(number++);
                times[thread].Time(Recognize);
                recognized[thread] += count;
            }
        });
        cancellation.ThrowIfCancellationRequested();
        return new VideoRow(size.Width, size.Height, faces, threads, TurnTimes.Join(times), recognized.Sum() / (double)frames.Sum());
    }
}
