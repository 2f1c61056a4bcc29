using System.Diagnostics;
using MicroExpNet.Video;
using MicroExpNet.Video.Report;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>Analyses one film: its journal, its results, and what is made of them.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="analyzer">Recognises the faces.</param>
/// <param name="folder">Where journals are; null for none.</param>
/// <param name="reports">Where reports go; null for none.</param>
/// <param name="progress">Counts frames.</param>
internal sealed class FilmRun(
    VideoRequest request, VideoAnalyzer analyzer, ProgressFolder? folder, ReportFiles? reports, FilmProgress progress)
{
    /// <summary>Analyses a film.</summary>
    /// <param name="input">The film.</param>
    /// <param name="opened">The film, open.</param>
    /// <param name="table">Gets a row for each face, as the frames come; null for none.</param>
    /// <param name="cancellationToken">Asks for an early end; what is done is kept.</param>
    /// <exception cref="VideoFormatException">It is not a film.</exception>
    /// <exception cref="IOException">It cannot be read, or an output cannot be written.</exception>
    public async Task<FilmOutcome> AnalyzeAsync(
        FilmInput input, Task<VideoFile> opened, IFaceTableWriter? table, CancellationToken cancellationToken)
    {
        VideoFile film = await opened;
        using AnalysisJournal? journal = folder?.Open(input);
        using FilmConsumers consumers = new(film, input.Name, request, analyzer.Labels);
        (long Frames, TimeSpan Time) replayed = (journal?.Frames ?? 0, journal?.LastTime ?? default);
        long start = Stopwatch.GetTimestamp();
        bool isComplete = true;
        FaceGallery? gallery = consumers.Report?.Gallery;
        try
        {
            await foreach ((VideoFrame pixels, VideoFrameResult frame) in analyzer.AnalyzeFramesAsync(
                film, journal, gallery, cancellationToken))
            {
                if (table is not null) Write(table, input, frame);
                consumers.Add(pixels, frame, cancellationToken);

                // A frame that an earlier run had done has no pixels, and tells nothing of the speed.
                if (!pixels.Luma.IsEmpty) progress.Add(input, film, frame.Time, start, replayed);
            }
        }
        catch (OperationCanceledException)
        {
            isComplete = false;
        }

        if (journal is { IsLost: true } && request.Table.Output is { } output && table is null)
        {
            throw new CommandException(ExitCode.WrongCommand, $"cannot write {output}: there is no room for what was done of the films");
        }

        FilmSummary summary = consumers.Complete(isComplete, cancellationToken);
        isComplete &= !consumers.IsCopyLost;
        string? page = consumers.Report is { } report ? reports?.Write(input, film, report) : null;
        progress.EndFilm();
        return new FilmOutcome(
            summary, Stopwatch.GetElapsedTime(start), replayed.Frames, replayed.Time, page, IsStopped: !isComplete,
            consumers.IsCopyLost);
    }

    /// <summary>Writes the rows of a film that was analysed without a table.</summary>
    /// <param name="input">The film.</param>
    /// <param name="table">Gets them.</param>
    public void WriteRows(FilmInput input, IFaceTableWriter table)
    {
        using AnalysisJournal journal = folder!.Open(input);
        foreach (VideoFrameResult frame in journal.Replay(analyzer.Labels, gallery: null)) Write(table, input, frame);
    }

    private void Write(IFaceTableWriter table, FilmInput input, VideoFrameResult frame)
    {
        try
        {
            foreach (VideoFace face in frame.Faces) table.Write(input.Name, frame, face);
        }
        catch (IOException e)
        {
            throw OutputFile.Failed(request.Table.Output!, e);
        }
    }
}
