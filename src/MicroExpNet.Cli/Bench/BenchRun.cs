using System.Diagnostics;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Bench;

/// <summary>Carries out <c>mexp bench</c>: measures one row after the other, then writes them all.</summary>
internal static class BenchRun
{
    // Where no time is asked for, all rows together take so many seconds, and none more than one.
    private const double AllSeconds = 36;
    private const double MaxSeconds = 1;
    private const int MinFilmFrames = 10;

    private static readonly (int Width, int Height)[] Frames = [(640, 480), (1920, 1080)];

    // Frames of the films for half a second a row or more, about a second of recognition; fewer for less.
    private static readonly int[] FilmFrames = [500, 150];
    private static readonly int[] FaceCounts = [1, 5];
    private static readonly int[] Batches = [1, 64];

    /// <summary>Measures.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="terminal">Shows what is being measured.</param>
    /// <param name="cancellationToken">Asks for an early end; nothing is reported then.</param>
    /// <exception cref="CommandException">The model or the photo cannot be used.</exception>
    public static async Task<BenchReport> RunAsync(BenchRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            return await MeasureAsync(request, what => terminal.Status.Show($"measuring: {what}"), cancellationToken);
        }
        finally
        {
            terminal.Status.Clear();
        }
    }

    private static async Task<BenchReport> MeasureAsync(BenchRequest request, Action<string> say, CancellationToken cancellationToken)
    {
        SamplePhoto sample = SamplePhoto.Load(request.Photo);
        ExpressionRecognizer recognizer = RecognizerSource.Load(request.Model, ClassPrior.Natural);
        FaceDetector detector = FaceDetector.Default.With(new FaceDetectorOptions { MinFace = request.MinFace });
        DetectedFace[] found = detector.Detect(sample.Photo);
        if (found.Length == 0)
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"{sample.Name}: no face found in it; expected a photo with a face, from which the videos are made");
        }
        int[] threads = [.. request.ThreadCounts], ends = [.. threads.Where(count => count == 1 || count == request.Threads)];
        Model[] models = [SampleModel.Create(), recognizer.Network.Model];

        // A row of the kernel takes its time twice, once for ONNX Runtime; so does the folder.
        int parts = (2 * models.Length * ((Batches.Length * ends.Length) + 1)) +
            (Frames.Length * FaceCounts.Length * threads.Length) + 3 + (2 * Frames.Length);
        double seconds = request.Seconds ?? Math.Min(MaxSeconds, AllSeconds / parts);

        // Photos and videos come first: what they need of memory is measured before ONNX Runtime is loaded.
        say($"photo, {sample.Photo.Width}×{sample.Photo.Height}");
        (IReadOnlyList<PhotoStage> stages, int faces) = PhotoBench.Run(sample, recognizer, detector, seconds, cancellationToken);
        List<VideoRow> videos = [];
        foreach (((int Width, int Height) size, int count, int team) in from size in Frames
                                                                        from count in FaceCounts
                                                                        from team in threads
                                                                        select (size, count, team))
        {
            say($"video, {size.Width}×{size.Height}, faces: {count}, threads: {team}");
            videos.Add(VideoBench.Run(sample, found[0].Box, recognizer, detector, size, count, team, seconds, cancellationToken));
        }

        List<FilmRow> films = [];
        foreach ((int i, (int Width, int Height) size) in Frames.Index())
        {
            say($"a film from file to table, {size.Width}×{size.Height}");
            int frames = Math.Max(MinFilmFrames, (int)(FilmFrames[i] * Math.Min(1, 2 * seconds)));
            FilmRow? film = await FilmBench.RunAsync(sample, recognizer, detector, size, frames, seconds, cancellationToken);
            if (film is not null) films.Add(film);
        }

        say($"a folder of photos, threads: {request.Threads}");
        FolderResult folder = await FolderBench.RunAsync(sample, recognizer, detector, request.Threads, seconds, cancellationToken);
        using Process process = Process.GetCurrentProcess();
        long peak = process.PeakWorkingSet64;
        Machine machine = Machine.This();
        List<KernelRow> kernel = [];
        foreach (Model model in models)
        {
            Measure(model, 1, 1, cold: true);
            foreach ((int batch, int team) in from batch in Batches from team in ends select (batch, team))
            {
                Measure(model, batch, team, cold: false);
            }
        }

        return new BenchReport
        {
            Machine = machine,
            Kernel = kernel,
            PhotoName = sample.Name,
            PhotoWidth = sample.Photo.Width,
            PhotoHeight = sample.Photo.Height,
            PhotoFaces = faces,
            MinFace = request.MinFace,
            Photo = stages,
            Video = videos,
            Films = films,
            Folder = folder,
            PeakWorkingSet = peak,
        };

        void Measure(Model model, int batch, int team, bool cold)
        {
            say($"{model.Architecture.Name}, batch: {batch}, threads: {team}{(cold ? ", cold caches" : "")}");
            kernel.Add(KernelBench.Run(model, batch, team, cold, seconds, machine.OnnxRuntime is not null, cancellationToken));
        }
    }
}
