using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Models;

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
        SamplePhoto sample = SamplePhoto.Load(settings.Photo);
        ExpressionRecognizer recognizer = Recognizer(settings.Model);
        FaceDetector detector = FaceDetector.Default.With(new FaceDetectorOptions { MinFace = settings.MinFace });
        int[] threads = [.. settings.ThreadCounts], ends = [.. threads.Where(count => count == 1 || count == settings.Threads)];
        Model[] models = [KernelBench.PaperModel(), recognizer.Network.Model];

        // A row of the kernel takes its time twice, once for ONNX Runtime; so does the folder.
        int parts = (2 * models.Length * Batches.Length * ends.Length) + (Frames.Length * FaceCounts.Length * threads.Length) + 3;
        double seconds = settings.Seconds ?? Math.Min(MostSeconds, AllSeconds / parts);

        // Photos and videos come first: what they need of memory is measured before ONNX Runtime is loaded.
        Say($"photo, {sample.Photo.Width}×{sample.Photo.Height}");
        (IReadOnlyList<PhotoStage> stages, int faces) = PhotoBench.Run(sample, recognizer, detector, seconds, cancellation);
        List<VideoRow> videos = [];
        foreach ((int width, int height) in Frames)
        {
            foreach (int count in FaceCounts)
            {
                foreach (int team in threads)
                {
                    Say($"video, {width}×{height}, faces: {count}, threads: {team}");
                    videos.Add(VideoBench.Run(sample, recognizer, detector, (width, height), count, team, seconds, cancellation));
                }
            }
        }

        Say($"a folder of photos, threads: {settings.Threads}");
        FolderResult folder = await FolderBench.RunAsync(sample, recognizer, detector, settings.Threads, seconds, cancellation);
        using Process process = Process.GetCurrentProcess();
        long peak = process.PeakWorkingSet64;
        Machine machine = Machine.This();
        List<KernelRow> kernel = [];
        foreach (Model model in models)
        {
            foreach (int batch in Batches)
            {
                foreach (int team in ends)
                {
                    Say($"{model.Architecture.Name}, batch: {batch}, threads: {team}");
                    kernel.Add(KernelBench.Run(model, batch, team, seconds, machine.OnnxRuntime is not null, cancellation));
                }
            }
        }

        Say("");
        return new BenchReport
        {
            Machine = machine, Kernel = kernel, PhotoName = sample.Name, PhotoWidth = sample.Photo.Width, PhotoHeight = sample.Photo.Height, PhotoFaces = faces,
            MinFace = settings.MinFace, Photo = stages, Video = videos, Folder = folder, PeakWorkingSet = peak,
        };

        // One line in its place, gone at the end.
        void Say(string what)
        {
            if (!terminal.ErrorIsTerminal) return;
            string line = what.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"measuring: {what}");
            terminal.Error.Write($"\r{new string(' ', terminal.Width - 1)}\r{(line.Length < terminal.Width ? line : line[..(terminal.Width - 1)])}");
        }
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
