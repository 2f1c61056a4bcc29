using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MicroExpNet.Video.Report;
using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>Recognises the faces of films.</summary>
public sealed class VideoAnalyzer
{
    private readonly FaceClassifier _classifier;
    private readonly FaceDetector _detector;
    private readonly VideoOptions? _options;

    /// <summary>Creates an analyzer of the eight expressions.</summary>
    /// <param name="recognizer">Recognises the expressions.</param>
    /// <param name="detector">Finds the faces; the larger its smallest face, the faster.</param>
    /// <param name="options">How faces are followed; the defaults if absent.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the model reads colours; films are read in grey.</exception>
    public VideoAnalyzer(ExpressionRecognizer recognizer, FaceDetector detector, VideoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        ArgumentNullException.ThrowIfNull(detector);
        CheckReadsGray(recognizer.Classifier, nameof(recognizer));
        options?.Check(nameof(options));
        (_classifier, _detector, _options) = (recognizer.Classifier, detector, options);
    }

    /// <summary>Creates an analyzer of a model whose classes may be any.</summary>
    /// <param name="classifier">Recognises the classes.</param>
    /// <param name="detector">Finds the faces; the larger its smallest face, the faster.</param>
    /// <param name="options">How faces are followed; the defaults if absent.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or the model reads colours; films are read in grey.</exception>
    public VideoAnalyzer(FaceClassifier classifier, FaceDetector detector, VideoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(detector);
        CheckReadsGray(classifier, nameof(classifier));
        options?.Check(nameof(options));
        (_classifier, _detector, _options) = (classifier, detector, options);
    }

    /// <summary>The classes' names: those of the eight expressions, or the model's own.</summary>
    public ImmutableArray<string> Labels => _classifier.Labels;

    /// <summary>
    /// Recognises the faces of every frame, while the next frames are decoded. The film is opened, on a thread of the pool, when the first
    /// result is asked for: what is wrong with the file is said then, what is wrong with an argument at the call.
    /// </summary>
    /// <param name="path">The film.</param>
    /// <param name="fileOptions">Which part of it to read; the whole if absent.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    /// <returns>A result for each frame, in order, as soon as it is known.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; with the first result, <see
    /// cref="VideoFileOptions.From"/> is not within the film.</exception>
    /// <exception cref="FFmpegNotFoundException">With the first result: FFmpeg is not installed.</exception>
    /// <exception cref="FileNotFoundException">With the first result: there is no such file.</exception>
    /// <exception cref="VideoFormatException">With the first result: the file is not a film, or not one frame can be decoded.</exception>
    public IAsyncEnumerable<VideoFrameResult> AnalyzeAsync(
        string path, VideoFileOptions? fileOptions = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        fileOptions?.Check();
        return OpenAndAnalyzeAsync(path, fileOptions, cancellationToken);
    }

    /// <summary>Recognises the faces of every frame of an open film, while the next frames are decoded.</summary>
    /// <param name="film">The film.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    /// <returns>A result for each frame, in order, as soon as it is known.</returns>
    /// <exception cref="VideoFormatException">With the first result: not one frame can be decoded.</exception>
    public IAsyncEnumerable<VideoFrameResult> AnalyzeAsync(VideoFile film, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(film);
        return AnalyzeResultsAsync(film, cancellationToken);
    }

    /// <summary>Recognises the faces of every frame of an open film, and gives the frames' pixels with them.</summary>
    /// <param name="film">The film.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    /// <returns>Each frame with its result; a frame's pixels are overwritten when the next is read.</returns>
    /// <exception cref="VideoFormatException">Not one frame can be decoded.</exception>
    public IAsyncEnumerable<(VideoFrame Frame, VideoFrameResult Result)> AnalyzeFramesAsync(
        VideoFile film, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(film);
        return AnalyzeFramesAsync(film, journal: null, gallery: null, cancellationToken);
    }

    /// <summary>Goes on with an analysis: first the journal's results, then those of the frames that follow.</summary>
    /// <param name="film">The film.</param>
    /// <param name="journal">Holds what was done, and gets what is done; null for none.</param>
    /// <param name="gallery">The views of the faces that go with the journal; null where they are not wanted.</param>
    /// <param name="cancellationToken">Stops the analysis; what is done is in the journal.</param>
    /// <returns>Each frame with its result; a frame of the journal has no pixels.</returns>
    internal async IAsyncEnumerable<(VideoFrame Frame, VideoFrameResult Result)> AnalyzeFramesAsync(
        VideoFile film, AnalysisJournal? journal, FaceGallery? gallery, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TrackClassifier tracks = new(_classifier, _detector, _options ?? new VideoOptions());
        if (journal is { State: { } state })
        {
            foreach (VideoFrameResult result in journal.Replay(Labels, gallery))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return (default, result);
            }

            using BinaryReader reader = new(new MemoryStream(state));
            tracks.ReadState(reader);
        }

        if (journal is { IsComplete: true }) yield break;

        // The state after the last frame that was taken.
        AnalysisState last = new();
        tracks.WriteTracks(last.Writer);
        tracks.WriteAnswers(last.Writer);
        bool isTaken = true, isComplete = false;
        await using TrackingStage stage = new(film, tracks, journal?.Frames ?? 0, keepsStates: journal is not null, cancellationToken);
        try
        {
            await foreach (TrackedFrame tracked in stage.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                // The frames that are ready would be recognised where they are asked for one after the other: on the thread of a window.
                if (SynchronizationContext.Current is not null)
                {
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }

                if (journal is { IsDue: true }) journal.Write(last.Bytes, gallery, isComplete: false);
                VideoFrame frame = tracked.Frame;
                VideoFrameResult result = new(frame.Index, frame.Time, Recognize(tracks, tracked));
                if (journal is not null)
                {
                    journal.Add(result);
                    tracks.WriteAnswers(tracked.State.Writer);
                    (last, tracked.State) = (tracked.State, last);
                }

                isTaken = false;
                yield return (frame, result);
                isTaken = true;
            }

            // What could not be decoded may be there the next time.
            isComplete = film.Damage is null;
        }
        finally
        {
            // A result that its reader did not come to the end with is not counted as done.
            if (isTaken) journal?.Write(last.Bytes, gallery, isComplete);
        }
    }

    private static void CheckReadsGray(FaceClassifier classifier, string name)
    {
        if (classifier.Cropper.IsGray) return;
        throw new ArgumentException("the model reads colours, and films are decoded in grey; expected a model that reads grey faces", name);
    }

    // FFmpeg is asked about the film first, which takes up to a second: too long for the thread of a window.
    private async IAsyncEnumerable<VideoFrameResult> OpenAndAnalyzeAsync(
        string path, VideoFileOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        VideoFile film = await Task.Run(() => VideoFile.Open(path, options), cancellationToken).WaitAsync(cancellationToken)
            .ConfigureAwait(false);
        await foreach (VideoFrameResult result in AnalyzeResultsAsync(film, cancellationToken).ConfigureAwait(false)) yield return result;
    }

    private async IAsyncEnumerable<VideoFrameResult> AnalyzeResultsAsync(
        VideoFile film, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach ((_, VideoFrameResult result) in AnalyzeFramesAsync(film, cancellationToken).ConfigureAwait(false))
        {
            yield return result;
        }
    }

    private ImmutableArray<VideoFace> Recognize(TrackClassifier tracks, TrackedFrame tracked)
    {
        VideoFrame frame = tracked.Frame;
        ImageView gray = new(frame.Luma.Span, frame.Width, frame.Height);
        List<TrackAnswer> seen = tracks.Classify(gray, gray, tracked.Faces);
        ImmutableArray<VideoFace>.Builder faces = ImmutableArray.CreateBuilder<VideoFace>(seen.Count);
        foreach (TrackAnswer answer in seen)
        {
            VideoFace face = VideoFace.Of(answer, Labels);
            faces.Add(face with { Face = frame.ToFilm(face.Face) });
        }

        return faces.MoveToImmutable();
    }
}
