using System.Diagnostics;
using MicroExpNet.Models;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Bench;

/// <summary>Carries out <c>mexp bench</c>: measures one row after the other, then writes them all.</summary>
internal static class BenchRun
{
    // Where no time is asked for, all rows together take so many seconds, and none more than one.
    private const double AllSeconds = 36;
    private const double MostSeconds = 1;

    private static readonly (int Width, int Height)[] Frames = [(640, 480), (1920, 1080)];
    private static readonly int[] FaceCounts = [1, 5];
    private static readonly int[] Batches = [1, 64];

    /// <summary>Measures.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="terminal">Is told what is being measured, where a person looks on.</param>
    /// <param name="cancellation">Asks for an early end; nothing is reported then.</param>
    /// <exception cref="CommandException">The model or the photo cannot be used.</exception>
    public static async Task<BenchReport> RunAsync(BenchSettings settings, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            return await MeasureAsync(settings, what => Say(terminal, $"measuring: {what}"), cancellation);
        }
        finally
        {
            Say(terminal, "");
        }
    }

    private static async Task<BenchReport> MeasureAsync(BenchSettings settings, Action<string> say, CancellationToken cancellation)
    {
        SamplePhoto sample = SamplePhoto.Load(settings.Photo);
        ExpressionRecognizer recognizer = Recognizer(settings.Model);
        FaceDetector detector = FaceDetector.Default.With(new FaceDetectorOptions { MinFace = settings.MinFace });
        IReadOnlyList<DetectedFace> found = new PhotoFaceDetector(detector).Detect(sample.Photo);
        if (found.Count == 0) throw new CommandException(ExitCode.WrongCommand, $"{sample.Name}: no face found in it; expected a photo with a face, from which the videos are made");
        int[] threads = [.. settings.ThreadCounts], ends = [.. threads.Where(count => count == 1 || count == settings.Threads)];
        Model[] models = [KernelBench.PaperModel(), recognizer.Network.Model];

        // A row of the kernel takes its time twice, once for ONNX Runtime; so does the folder.
        int parts = (2 * models.Length * Batches.Length * ends.Length) + (Frames.Length * FaceCounts.Length * threads.Length) + 3;
        double seconds = settings.Seconds ?? Math.Min(MostSeconds, AllSeconds / parts);

        // Photos and videos come first: what they need of memory is measured before ONNX Runtime is loaded.
        say($"photo, {sample.Photo.Width}×{sample.Photo.Height}");
        (IReadOnlyList<PhotoStage> stages, int faces) = PhotoBench.Run(sample, recognizer, detector, seconds, cancellation);
        List<VideoRow> videos = [];
        foreach (((int Width, int Height) size, int count, int team) in from size in Frames from count in FaceCounts from team in threads select (size, count, team))
        {
            say($"video, {size.Width}×{size.Height}, faces: {count}, threads: {team}");
            videos.Add(VideoBench.Run(sample, found[0].Box, recognizer, detector, size, count, team, seconds, cancellation));
        }

        say($"a folder of photos, threads: {settings.Threads}");
        FolderResult folder = await FolderBench.RunAsync(sample, recognizer, detector, settings.Threads, seconds, cancellation);
        using Process process = Process.GetCurrentProcess();
        long peak = process.PeakWorkingSet64;
        Machine machine = Machine.This();
        List<KernelRow> kernel = [];
        foreach ((Model model, int batch, int team) in from model in models from batch in Batches from team in ends select (model, batch, team))
        {
            say($"{model.Architecture.Name}, batch: {batch}, threads: {team}");
            kernel.Add(KernelBench.Run(model, batch, team, seconds, machine.OnnxRuntime is not null, cancellation));
        }

        return new BenchReport
        {
            Machine = machine, Kernel = kernel, PhotoName = sample.Name, PhotoWidth = sample.Photo.Width, PhotoHeight = sample.Photo.Height, PhotoFaces = faces,
            MinFace = settings.MinFace, Photo = stages, Video = videos, Folder = folder, PeakWorkingSet = peak,
        };
    }

    // One line in its place, where a person looks on.
    private static void Say(Terminal terminal, string line)
    {
        if (!terminal.ErrorIsTerminal) return;
        int room = terminal.Width - 1;
        terminal.Error.Write($"\r{new string(' ', room)}\r{(line.Length <= room ? line : line[..room])}");
    }

    private static ExpressionRecognizer Recognizer(string? path)
    {
        try
        {
            return path is null ? ExpressionRecognizer.Default : new ExpressionRecognizer(ModelSource.Load(path, ExitCode.WrongCommand).Model);
        }
        catch (ModelFormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{path}: {e.Message}");
        }
    }
}
