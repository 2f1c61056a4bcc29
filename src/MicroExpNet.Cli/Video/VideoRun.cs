using System.Globalization;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>Carries out <c>mexp video</c>: films in order, several at once if asked for, their faces as they come.</summary>
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
        using StandardInputFilm standardInput = await StandardInputFilm.ReadAsync(request.Paths, terminal, cancellationToken);
        IReadOnlyList<FilmInput> films = FilmList.Find(request.Paths, standardInput.Path);
        CheckOutputs(request, films);
        bool isOneByOne = request.Jobs == 1 || films.Count == 1 || request.FirstFile is null;
        await using FilmOpener? opener = isOneByOne ? new FilmOpener(films, request.Film) : null;
        VideoAnalyzer analyzer = new(request.Classifier(), request.Detector(), request.Tracking);
        string? table = request.Table.Output;
        using OutputFile? file = table is null ? null : new OutputFile(table);
        IFaceTableWriter? rows = file is null ? null : request.Table.Create(file.Stream, analyzer.Labels);
        ReportFiles? reports = request.Report is null ? null : new ReportFiles(request.Report, films);
        ProgressFolder? folder = request.FirstFile is { } first ? new ProgressFolder(first, request.Settings) : null;
        FilmRun run = new(request, analyzer, folder, reports, new FilmProgress(terminal, films.Count));
        List<FilmSummary> summaries = [];
        int failed = 0;
        bool isStopped = false, goesOn = false;
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<FilmOutcome>[] tasks = isOneByOne ? [] : StartAll(request, run, films, end.Token);
        for (int i = 0; i < films.Count && !isStopped; i++)
        {
            try
            {
                FilmOutcome outcome = await (
                    opener is null ? tasks[i] : run.AnalyzeAsync(films[i], opener.Take(), rows, cancellationToken));
                if (rows is not null && !isOneByOne) run.WriteRows(films[i], rows);
                Report(outcome, films[i], request, terminal);
                summaries.Add(outcome.Summary);
                isStopped = outcome.IsStopped;
                if (!isStopped && !outcome.Summary.IsComplete) (goesOn, failed) = (true, failed + 1);
            }
            catch (FFmpegEndedException) when (StopSignal.IsComing(cancellationToken))
            {
                isStopped = true;
            }
            catch (Exception e) when (
                e is VideoFormatException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                terminal.Say(Failure(e, films[i]));
                failed++;

                // Its disk may be back the next time.
                goesOn |= folder?.Holds(films[i]) == true;
            }
            catch (Exception e) when (e is FFmpegNotFoundException or CommandException)
            {
                await end.CancelAsync();
                await Task.WhenAll((Task[])tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw e as CommandException ?? new CommandException(ExitCode.WrongCommand, e.Message);
            }
            catch (OperationCanceledException)
            {
                isStopped = true;
            }
        }

        // The others keep what they have done in their journals.
        await Task.WhenAll((Task[])tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        terminal.Status.Clear();

        // Where no film could be read there are no results, and those of an earlier run stay.
        if (summaries.Count > 0)
        {
            if (rows is not null) Complete(rows, table!);
            file?.Commit();
            if (request.Events is not null) EventFile.Write(request.Events, request.Table.Csv, [.. summaries.Select(one => one.Events)]);
            if (request.Summary is not null) SummaryFile.Write(request.Summary, summaries);
            if (request.Chart is not null) TimelineChart.Write(request.Chart, summaries[0]);
        }

        if (!isStopped && !goesOn) folder?.Delete();
        return isStopped ? ExitCode.Interrupted : failed == 0 ? ExitCode.Success : ExitCode.InputFailed;
    }

    private static void Complete(IFaceTableWriter rows, string table)
    {
        try
        {
            rows.Complete();
        }
        catch (IOException e)
        {
            throw OutputFile.Failed(table, e);
        }
    }

    private static Task<FilmOutcome>[] StartAll(
        VideoRequest request, FilmRun run, IReadOnlyList<FilmInput> films, CancellationToken cancellationToken)
    {
        SemaphoreSlim free = new(request.Jobs);
        return [.. films.Select(film => Task.Run(() => RunOneAsync(film), CancellationToken.None))];

        async Task<FilmOutcome> RunOneAsync(FilmInput film)
        {
            await free.WaitAsync(cancellationToken);
            try
            {
                return await run.AnalyzeAsync(film, FilmOpener.OpenAsync(film, request.Film), table: null, cancellationToken);
            }
            finally
            {
                free.Release();
            }
        }
    }

    private static string Failure(Exception failure, FilmInput film) => failure switch
    {
        FileNotFoundException => $"{film.Spoken}: no such file",
        UnauthorizedAccessException => $"{film.Spoken}: no permission",
        ArgumentException argument => Message.WithoutParameter(argument),
        _ => film.IsStandardInput ? failure.Message.Replace($"'{film.Path}'", film.Spoken, StringComparison.Ordinal) : failure.Message,
    };

    private static void CheckOutputs(VideoRequest request, IReadOnlyList<FilmInput> films)
    {
        string[] pages = request.Report is null ? [] : [.. ReportFiles.PagesOf(request.Report, films).Values];
        OutputFile.CheckApart(
            [
                ("--output", request.Table.Output), ("--events", request.Events), ("--summary", request.Summary),
                ("--chart", request.Chart), ("--annotate", request.Annotate), .. pages.Select(page => ("--report", (string?)page)),
            ],
            [.. request.Read, .. films.Where(film => !film.IsStandardInput).Select(film => film.Path)]);
        if (request.Annotate is { } copy && !VideoWriter.FileExtensions.Contains(Path.GetExtension(copy), StringComparer.OrdinalIgnoreCase))
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"--annotate {copy}: the name must end in {string.Join(", ", VideoWriter.FileExtensions)}");
        }

        foreach ((string option, string? path) in new[] { ("--annotate", request.Annotate), ("--chart", request.Chart) })
        {
            if (path is null || films.Count == 1) continue;
            throw new CommandException(ExitCode.WrongCommand, $"{option} {path}: this is one file for {films.Count} films; name one film");
        }

        if (request.Events is not null) EventFile.Check(request.Events, films.Count);
        if (request.Chart is not null) TimelineChart.Check(request.Chart);
        foreach (string? path in new[] { request.Events, request.Summary, request.Chart, request.Annotate })
        {
            if (path is not null) OutputFile.Check(path);
        }
    }

    private static void Report(FilmOutcome outcome, FilmInput input, VideoRequest request, Terminal terminal)
    {
        FilmSummary film = outcome.Summary;
        VideoInfo info = film.Events.Info;
        TimeSpan length = film.Events.End - request.Film.From;
        TimeSpan analyzed = outcome.ReplayedFrames > 0 ? film.Events.End - outcome.ReplayedTime : length;
        if (outcome.ReplayedFrames > 0) terminal.Say($"{input.Spoken}: went on from {TrackTable.Clock(outcome.ReplayedTime)}");
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"{input.Spoken}: {info.Width}×{info.Height} {info.Codec}, {TrackTable.Clock(length)}, {film.Frames:N0} frames, " +
                $"{film.Faces:N0} faces; {(film.Frames - outcome.ReplayedFrames) / outcome.Elapsed.TotalSeconds:N0} frames/s, " +
                $"{analyzed / outcome.Elapsed:0.#} times real time"));
        if (film.Tracks.Count == 0) terminal.Report("no face found");
        else TrackTable.Write(terminal.CreateReportConsole(), film.Tracks);
        if (outcome.IsCopyLost) terminal.Say($"{request.Annotate}: not written, since its film was not read to the end");
        else if (request.Annotate is not null) terminal.Report($"annotated film: {request.Annotate}");
        if (outcome.Report is { } page) terminal.Report($"report: {page}");
        string goesOn = input.IsStandardInput || request.FirstFile is null ? "" : ", and the same command goes on from there";
        string written = $"{TrackTable.Clock(film.Events.End)}; what was done until then is written{goesOn}";
        if (outcome.IsStopped) terminal.Say($"{input.Spoken}: stopped at {written}");
        else if (!film.IsComplete) terminal.Say($"{input.Spoken}: {film.Damage} at {written}");
        else if (film.Damage is { } damage)
        {
            terminal.Say($"{input.Spoken}: damaged, the frames that could be decoded were used: {damage}");
        }
    }
}
