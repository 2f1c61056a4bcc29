using System.Collections.Immutable;
using MicroExpNet.Video;
using MicroExpNet.Video.Report;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>All that is made of one film's results, frame by frame: statistics, events, timelines, the report, the annotated
/// copy.</summary>
internal sealed class FilmConsumers : IDisposable
{
    // Columns of a chart, and the time that each one stands for at first.
    private const int MaxBins = 1600;
    private const double FirstBinSeconds = 0.1;

    private readonly VideoFile _film;
    private readonly string _name;
    private readonly ImmutableArray<string> _labels;
    private readonly EventDetector _detector;
    private readonly TrackStatistics _statistics = new();
    private readonly Dictionary<int, TimelineBins>? _timelines;
    private FilmAnnotator? _annotator;
    private readonly List<ExpressionEvent> _events = [];

    /// <summary>Starts with a film.</summary>
    /// <param name="film">The film.</param>
    /// <param name="name">The film, as the user named it.</param>
    /// <param name="request">What is to be made of it.</param>
    /// <param name="labels">The model's classes.</param>
    public FilmConsumers(VideoFile film, string name, VideoRequest request, ImmutableArray<string> labels)
    {
        (_film, _name, _labels) = (film, name, labels);
        _detector = new EventDetector(request.EventOptions);
        _timelines = request.Chart is null ? null : [];
        Report = request.Report is null ? null : new VideoReport(labels, request.EventOptions, request.ShowsFaces);
        if (request.Annotate is { } copy) Annotate(() => _annotator = new FilmAnnotator(film, copy), CancellationToken.None);
        LastTime = request.Film.From;
    }

    /// <summary>The report; null for none.</summary>
    public VideoReport? Report { get; }

    /// <summary>The frames so far.</summary>
    public long Frames { get; private set; }

    /// <summary>The faces in all of them.</summary>
    public long Faces { get; private set; }

    /// <summary>The time of the last frame.</summary>
    public TimeSpan LastTime { get; private set; }

    /// <summary>Adds the next frame.</summary>
    /// <param name="pixels">The frame.</param>
    /// <param name="frame">Its faces.</param>
    /// <param name="cancellationToken">Stops waiting for the annotated copy.</param>
    /// <exception cref="CommandException">The annotated copy cannot be written.</exception>
    public void Add(in VideoFrame pixels, VideoFrameResult frame, CancellationToken cancellationToken)
    {
        _events.AddRange(_detector.Add(frame));
        _statistics.Add(frame);
        Report?.Add(pixels, frame);
        if (_timelines is not null)
        {
            foreach (VideoFace face in frame.Faces)
            {
                if (!_timelines.TryGetValue(face.Track, out TimelineBins? bins))
                {
                    _timelines[face.Track] = bins = new TimelineBins(_labels.Length, MaxBins, FirstBinSeconds);
                }
                bins.Add(Math.Max(0, frame.Time.TotalSeconds), face.Scores);
            }
        }

        Annotate(() => _annotator?.Add(frame, cancellationToken), cancellationToken);
        (Frames, Faces, LastTime) = (Frames + 1, Faces + frame.Faces.Length, frame.Time);
    }

    /// <summary>Whether the annotated copy was given up: Ctrl-C in a terminal ends its FFmpeg, too.</summary>
    public bool IsCopyLost { get; private set; }

    /// <summary>Ends the film: the last events, and the annotated copy, which is put in its place.</summary>
    /// <param name="isComplete">Whether the film was read to its end.</param>
    /// <param name="cancellationToken">Whether an early end was asked for.</param>
    public FilmSummary Complete(bool isComplete, CancellationToken cancellationToken)
    {
        _events.AddRange(_detector.Complete());
        try
        {
            Annotate(() => _annotator?.Complete(), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            isComplete = false;
        }

        FilmEvents events = new(
            _name, _film.Path, _film.Info, _labels, LastTime, [.. _events.OrderBy(one => one.Start).ThenBy(one => one.Track)]);
        return new FilmSummary(
            events, _statistics.Complete(), _timelines ?? [], Frames, Faces, isComplete && !_film.WasKilled, _film.Damage);
    }

    /// <summary>Leaves nothing of an annotated copy that was not completed.</summary>
    public void Dispose() => _annotator?.Dispose();

    // A copy that cannot be written is an output's failure, not the film's.
    private void Annotate(Action write, CancellationToken cancellationToken)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or VideoFormatException && StopSignal.IsComing(cancellationToken))
        {
            _annotator?.Dispose();
            (_annotator, IsCopyLost) = (null, true);
            throw new OperationCanceledException(cancellationToken);
        }
        catch (IOException e)
        {
            throw new CommandException(ExitCode.WrongCommand, e.Message);
        }
    }
}
