using System.Diagnostics;
using System.Globalization;
using MicroExpNet.Video;
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
        CheckOutputs(request, films);
        VideoAnalyzer analyzer = new(request.Recognizer(), request.Detector(), request.Tracking);
        using OutputFile? file = request.Table.Output is null ? null : new OutputFile(request.Table.Output);
        IFaceTableWriter? table = file is null ? null : request.Table.Create(file.Stream);
        ReportFiles? reports = request.Report is null ? null : new ReportFiles(request.Report, films);
        List<FilmSummary> summaries = [];
        int failed = 0;
        bool isStopped = false;
        foreach (string film in films)
        {
            try
            {
                FilmSummary summary = await AnalyzeAsync(analyzer, film, request, table, reports, terminal, cancellationToken);
                summaries.Add(summary);
                isStopped = !summary.IsComplete;
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

            if (isStopped) break;
        }

        terminal.Status.Clear();
        table?.Complete();
        file?.Commit();
        if (request.Events is not null) EventFile.Write(request.Events, request.Table.Csv, [.. summaries.Select(one => one.Events)]);
        if (request.Summary is not null) SummaryFile.Write(request.Summary, summaries);
        if (request.Chart is not null && summaries.Count > 0) TimelineChart.Write(request.Chart, summaries[0]);
        return isStopped ? ExitCode.Interrupted : failed == 0 ? ExitCode.Success : ExitCode.InputFailed;
    }

    private static void CheckOutputs(VideoRequest request, IReadOnlyList<string> films)
    {
        (string Option, string? Path)[] outputs =
        [
            ("--output", request.Table.Output), ("--events", request.Events), ("--summary", request.Summary), ("--chart", request.Chart),
            ("--annotate", request.Annotate),
        ];
        HashSet<string> taken = [.. films.Select(Path.GetFullPath)];
        foreach ((string option, string? path) in outputs)
        {
            if (path is null) continue;
            if (films.Any(film => Path.GetFullPath(film) == Path.GetFullPath(path)))
            {
                throw new CommandException(ExitCode.WrongCommand, $"{path} is one of the films; name another output");
            }

            if (!taken.Add(Path.GetFullPath(path)))
            {
                throw new CommandException(ExitCode.WrongCommand, $"{option} {path}: another output has this name");
            }
        }

        foreach ((string option, string? path) in new[] { ("--annotate", request.Annotate), ("--chart", request.Chart) })
        {
            if (path is null || films.Count == 1) continue;
            throw new CommandException(ExitCode.WrongCommand, $"{option} {path}: this is one file for {films.Count} films; name one film");
        }

        if (request.Events is not null) EventFile.Check(request.Events, films.Count);
        if (request.Chart is not null) TimelineChart.Check(request.Chart);
        foreach (string? path in new[] { request.Events, request.Summary, request.Chart })
        {
            if (path is not null) OutputFile.Check(path);
        }
    }

    private static async Task<FilmSummary> AnalyzeAsync(
        VideoAnalyzer analyzer, string path, VideoRequest request, IFaceTableWriter? table, ReportFiles? reports, Terminal terminal,
        CancellationToken cancellationToken)
    {
        VideoFile film = VideoFile.Open(path, request.Film);
        using FilmConsumers consumers = new(film, path, request);
        long start = Stopwatch.GetTimestamp();
        bool isComplete = true;
        try
        {
            await foreach ((VideoFrame pixels, VideoFrameResult frame) in analyzer.AnalyzeFramesAsync(film, cancellationToken))
            {
                foreach (TrackedFace face in frame.Faces) table?.Write(path, frame, face);
                consumers.Add(pixels, frame, cancellationToken);
                terminal.Status.Update(
                    () => Progress(path, film.Info, request.Film, consumers.Frames, frame.Time, Stopwatch.GetElapsedTime(start)));
            }
        }
        catch (OperationCanceledException)
        {
            isComplete = false;
        }

        FilmSummary summary = consumers.Complete(isComplete);
        Report(summary, request.Film.From, Stopwatch.GetElapsedTime(start), terminal);
        if (request.Annotate is not null) terminal.Report($"annotated film: {request.Annotate}");
        if (consumers.Report is { } report && reports is not null) terminal.Report($"report: {reports.Write(film, report)}");
        if (!isComplete) terminal.Say($"{path}: stopped at {TrackTable.Clock(consumers.LastTime)}; what was done until then is written");
        else if (film.Damage is { } damage) terminal.Say($"{path}: damaged, the frames that could be decoded were used: {damage}");
        return summary;
    }

    private static void Report(FilmSummary film, TimeSpan from, TimeSpan elapsed, Terminal terminal)
    {
        VideoInfo info = film.Events.Info;
        TimeSpan length = film.Events.End - from;
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"{film.Events.Name}: {info.Width}×{info.Height} {info.Codec}, {TrackTable.Clock(length)}, {film.Frames:N0} frames, " +
                $"{film.Faces:N0} faces; {film.Frames / elapsed.TotalSeconds:N0} frames/s, {length / elapsed:0.#} times real time"));
        if (film.Tracks.Count == 0) terminal.Report("no face found");
        else TrackTable.Write(terminal.CreateReportConsole(), film.Tracks);
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
