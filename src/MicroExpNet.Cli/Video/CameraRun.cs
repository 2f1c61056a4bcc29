using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Video;
using MicroExpNet.Vision;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MicroExpNet.Cli.Video;

/// <summary>Carries out <c>mexp camera</c>: faces as they are seen, until q, Ctrl-C or the end of the camera.</summary>
internal static class CameraRun
{
    private static readonly TimeSpan DrawInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Recognises the camera's faces.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Ends the run; what was seen is written.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CommandException">The camera, the model, the output or the detector cannot be used.</exception>
    public static async Task<int> RunAsync(CameraRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            Camera camera = Camera.Open(request.Device, request.Camera);
            VideoClassifier video = new(request.Classifier(), request.Detector(), request.Tracking);
            using OutputFile? file = request.Table.Output is null ? null : new OutputFile(request.Table.Output);

            // Without a person at the terminal, the rows go to standard output.
            IFaceTableWriter? table = file is not null ? request.Table.Create(file.Stream, video.Classifier.Labels)
                : terminal.OutputIsTerminal ? null
                : request.Table.Create(terminal.Output, video.Classifier.Labels);
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            (long frames, bool hasEnded) = terminal.OutputIsTerminal
                ? await terminal.CreateConsole().Live(new Text($"opening {Message.OneLine(camera.Device)}")).AutoClear(false).StartAsync(
                    context => WatchAsync(camera, video, table, request, context.UpdateTarget, end))
                : await WatchAsync(camera, video, table, request, static _ => { }, end);
            table?.Complete();
            file?.Commit();
            string reason = !hasEnded ? "" : $"; the camera ended{(camera.Damage is { } damage ? $": {damage}" : "")}";
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{camera.Device}: {frames:N0} frames were recognised{reason}"));
            return camera.Damage is null ? ExitCode.Success : ExitCode.InputFailed;
        }
        catch (Exception e) when (e is VideoFormatException or FFmpegNotFoundException)
        {
            throw new CommandException(ExitCode.WrongCommand, e.Message);
        }
    }

    // The number of frames, and whether the camera gave no more by itself.
    private static async Task<(long Frames, bool HasEnded)> WatchAsync(
        Camera camera, VideoClassifier video, IFaceTableWriter? table, CameraRequest request, Action<IRenderable> draw,
            CancellationTokenSource end)
    {
        long frames = 0, start = Stopwatch.GetTimestamp(), drawn = 0;
        try
        {
            await foreach (VideoFrame frame in camera.ReadFramesAsync(end.Token))
            {
                if (request.Duration is { } duration && frame.Time >= duration) return (frames, false);
                ImmutableArray<VideoFace> faces = [
                    .. video.Classify(new ImageView(frame.Luma.Span, frame.Width, frame.Height), frame.Time)];
                VideoFrameResult result = new(frame.Index, frame.Time, faces);
                foreach (VideoFace face in faces) table?.Write(camera.Device, result, face);
                frames++;
                if (Stopwatch.GetElapsedTime(drawn) >= DrawInterval)
                {
                    drawn = Stopwatch.GetTimestamp();
                    draw(CameraView.Of(camera.Device, faces, frames / Stopwatch.GetElapsedTime(start).TotalSeconds));
                    if (IsEndPressed()) return (frames, false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how a camera is ended.
            return (frames, false);
        }

        return (frames, !StopSignal.IsComing(end.Token));
    }

    private static bool IsEndPressed()
    {
        if (Console.IsInputRedirected) return false;
        while (Console.KeyAvailable)
        {
            if (Console.ReadKey(intercept: true).Key is ConsoleKey.Q or ConsoleKey.Escape) return true;
        }

        return false;
    }
}
