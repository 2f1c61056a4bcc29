using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Video;
using MicroExpNet.Video.Report;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>Carries out <c>mexp video</c>: films one after another, their faces as they come.</summary>
internal static class VideoRun
{
    /// <summary>Analyses the films and writes the results.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Asks for an early end; what is done is written.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CommandException">The model, the output or the detector cannot be used.</exception>
    public static async Task<int> RunAsync(VideoRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> films = FilmList.Find(request.Paths);
        foreach (string? output in new[] { request.Output, request.Events, request.Annotate })
        {
            if (output is not null && films.Any(film => Path.GetFullPath(film) == Path.GetFullPath(output)))
            {
                throw new CommandException(ExitCode.WrongCommand, $"{output} is one of the films; name another output");
            }
        }

        if (request.Annotate is { } copy && films.Count > 1)
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"--annotate {copy}: this is one copy for {films.Count} films; name one film");
        }

        if (request.Events is not null) OutputFile.Check(request.Events);
        VideoAnalyzer analyzer = new(request.Recognizer(), request.Detector(), request.Tracking);
        using OutputFile? file = request.Output is null ? null : new OutputFile(request.Output);
        IFaceTableWriter? table = file is null ? null : FaceTable.Create(file.Stream, request.Format);
        ReportFiles? reports = request.Report is null ? null : new ReportFiles(request.Report, films);
        List<(string Film, ExpressionEvent Event)> events = [];
        int failed = 0;
        bool stopped = false;
        foreach (string film in films)
        {
            try
            {
                stopped = !await AnalyzeAsync(analyzer, film, request, table, events, reports, terminal, cancellationToken);
            }
            catch (Exception e) when (
                e is VideoFormatException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                terminal.Say(e switch
                {
                    FileNotFoundException => $"{film}: no such file",
                    ArgumentException argument => Message.WithoutParameter(argument),
                    _ => e.Message,
                });
                failed++;
            }
            catch (FFmpegNotFoundException e)
            {
                throw new CommandException(ExitCode.WrongCommand, e.Message);
            }

            if (stopped) break;
        }

        table?.Complete();
        file?.Commit();
        if (request.Events is not null) EventFile.Write(request.Events, events);
        return stopped ? ExitCode.Interrupted : failed == 0 ? ExitCode.Success : ExitCode.InputFailed;
    }

    // Whether the film was analysed to its end.
    private static async Task<bool> AnalyzeAsync(
        VideoAnalyzer analyzer,
        string path,
        VideoRequest request,
        IFaceTableWriter? table,
        List<(string Film, ExpressionEvent Event)> events,
        ReportFiles? reports,
        Terminal terminal,
        CancellationToken cancellationToken)
    {
        VideoFile film = VideoFile.Open(path, request.Film);
        EventDetector detector = new(request.EventOptions);
        TrackStatistics statistics = new();
        using FilmAnnotator? annotator = request.Annotate is null ? null : new FilmAnnotator(film, request.Annotate);
        VideoReport? report = reports is null ? null : new VideoReport(request.EventOptions, request.ShowsFaces);
        long start = Stopwatch.GetTimestamp(), frames = 0, faces = 0;
        TimeSpan last = request.Film.From;
        bool stopped = false;
        try
        {
            await foreach ((VideoFrame pixels, VideoFrameResult frame) in analyzer.AnalyzeFramesAsync(film, cancellationToken))
            {
                foreach (TrackedFace face in frame.Faces) table?.Write(path, frame, face);
                events.AddRange(detector.Add(frame).Select(one => (path, one)));
                statistics.Add(frame);
                report?.Add(pixels, frame);
                annotator?.Add(frame, cancellationToken);
                (frames, faces, last) = (frames + 1, faces + frame.Faces.Length, frame.Time);
                terminal.Status.Update(() => Progress(path, film.Info, request.Film, frames, last, Stopwatch.GetElapsedTime(start)));
            }
        }
        catch (OperationCanceledException)
        {
            stopped = true;
        }

        events.AddRange(detector.Complete().Select(one => (path, one)));
        Report(path, film, frames, faces, last - request.Film.From, Stopwatch.GetElapsedTime(start), statistics.Complete(), terminal);
        annotator?.Complete();
        if (request.Annotate is not null) terminal.Report($"annotated film: {request.Annotate}");
        if (report is not null && reports is not null) terminal.Report($"report: {reports.Write(film, report)}");
        if (stopped) terminal.Say($"{path}: stopped at {TrackTable.Clock(last)}; what was done until then is written");
        else if (film.Damage is { } damage) terminal.Say($"{path}: damaged, the frames that could be decoded were used: {damage}");
        return !stopped;
    }

    private static void Report(
        string path, VideoFile film, long frames, long faces, TimeSpan length, TimeSpan elapsed, IReadOnlyList<TrackSummary> tracks,
            Terminal terminal)
    {
        VideoInfo info = film.Info;
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {info.Width}×{info.Height} {info.Codec}, {TrackTable.Clock(length)}, {frames:N0} frames, {faces:N0} faces; " +
                $"{frames / elapsed.TotalSeconds:N0} frames/s, {length / elapsed:0.#} times real time"));
        if (tracks.Count == 0) terminal.Report("no face found");
        else TrackTable.Write(terminal.CreateReportConsole(), tracks);
    }

    private static string Progress(string path, VideoInfo info, VideoFileOptions options, long frames, TimeSpan time, TimeSpan elapsed)
    {
        TimeSpan? end = options.To is { } to && (info.Duration is null || to < info.Duration) ? to : info.Duration;
        double speed = (time - options.From) / elapsed;
        string left = end is { } known && speed > 0 ? $", {TrackTable.Clock((known - time) / speed)} left" : "";
        string of = end is { } whole ? $" of {TrackTable.Clock(whole)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}: {TrackTable.Clock(time)}{of}, {frames / elapsed.TotalSeconds:N0} frames/s, {speed:0.#} times " +
                $"real time{left}");
    }
}
