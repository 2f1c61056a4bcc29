using System.Diagnostics;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Bench;

/// <summary>Times the recognition of every frame of made-up videos. Frames are drawn between the timed turns.</summary>
internal static class VideoBench
{
    private const double MaxWarmSeconds = 0.2;

    // Two whole searches.
    private const int MinFrames = 10;

    /// <summary>Measures one row.</summary>
    /// <param name="sample">The photo whose face the video shows.</param>
    /// <param name="face">Where it is.</param>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces.</param>
    /// <param name="size">Columns and rows of a frame.</param>
    /// <param name="faces">Faces in each frame, 1 or 5.</param>
    /// <param name="threads">Threads, each with a video of its own.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    public static VideoRow Run(
        SamplePhoto sample, FaceBox face, ExpressionRecognizer recognizer, FaceDetector detector, (int Width, int Height) size, int faces,
            int threads, double seconds, CancellationToken cancellationToken)
    {
        Photo photo = sample.Photo;
        byte[] gray = photo.ToGray();
        TurnTimes[] times = [.. Enumerable.Range(0, threads).Select(_ => new TurnTimes(1))];
        VideoScene[] scenes = [
            .. Enumerable.Range(0, threads)
            .Select(thread => new VideoScene(gray, photo.Width, photo.Height, face, size.Width, size.Height, faces, phase: thread))];
        VideoRecognizer[] videos = [.. scenes.Select(_ => new VideoRecognizer(recognizer, detector))];
        int[] numbers = new int[threads], counts = new int[threads];
        long[] recognized = new long[threads], frames = new long[threads];
        Action[] turns = [
            .. scenes.Select<VideoScene, Action>(
            (scene, i) => () => counts[i] = videos[i].Recognize(scene.Frame, scene.Width, scene.Height, scene.Width).Length)];
        using CallerTeam team = new(threads);

        // The first frames are searched whole, at the same moment: each thread's memory is there before the time counts.
        team.Run(thread =>
        {
            for (long start = Stopwatch.GetTimestamp(); numbers[thread] < MinFrames
                || Stopwatch.GetElapsedTime(start).TotalSeconds < Math.Min(MaxWarmSeconds, seconds);)
            {
                scenes[thread].Draw(numbers[thread]++);
                turns[thread]();
            }
        });
        team.Run(thread =>
        {
            for (long start = Stopwatch.GetTimestamp(); frames[thread] < MinFrames
                || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; frames[thread]++)
            {
                if (cancellationToken.IsCancellationRequested) return;
                scenes[thread].Draw(numbers[thread]++);
                times[thread].Time(turns[thread]);
                recognized[thread] += counts[thread];
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return new VideoRow(size.Width, size.Height, faces, threads, TurnTimes.Join(times), recognized.Sum() / (double)frames.Sum());
    }
}
