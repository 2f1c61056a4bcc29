using System.Runtime.CompilerServices;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Label;

/// <summary>Labels films, one at a time.</summary>
/// <param name="request">What was asked for.</param>
internal sealed class FilmLabeler(LabelRequest request)
{
    private readonly Lazy<VideoAnalyzer> _analyzer = new(
        () => new VideoAnalyzer(RecognizerSource.OfFilms(request.Classifier(), request.ModelName), request.FilmDetector()));

    /// <summary>Labels a film: a row for each face of each frame, as the frames come; whatever is wrong with the film is a row.</summary>
    /// <param name="film">The film.</param>
    /// <param name="cancellationToken">Stops; the rows so far are then of no use.</param>
    /// <exception cref="CommandException">FFmpeg is missing, or the model reads colours.</exception>
    /// <exception cref="FFmpegEndedException">FFmpeg crashed or was ended from outside.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async IAsyncEnumerable<LabelRow> LabelAsync(
        UnitPicture film, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        VideoAnalyzer analyzer = _analyzer.Value;
        LabelRow row = new() { File = film.Name };
        bool any = false;
        string? failure = film.Failure;
        if (failure is null)
        {
            VideoFile? file = null;
            IAsyncEnumerator<VideoFrameResult>? frames = null;
            try
            {
                while (failure is null)
                {
                    VideoFrameResult? frame = null;
                    try
                    {
                        if (file is null)
                        {
                            if (RemoteFile.IsUrl(film.Location!)) throw new IOException("a film on a server; films are read from disks");
                            file = VideoFile.Open(film.Location!, request.Film);
                            row = row with { Width = file.Info.Width, Height = file.Info.Height };
                            frames = analyzer.AnalyzeAsync(file, cancellationToken).GetAsyncEnumerator(cancellationToken);
                        }

                        if (await frames!.MoveNextAsync()) frame = frames.Current;
                    }
                    catch (FFmpegNotFoundException e)
                    {
                        throw new CommandException(ExitCode.WrongCommand, e.Message);
                    }
                    catch (Exception e) when (
                        e is (VideoFormatException or IOException or UnauthorizedAccessException) and not FFmpegEndedException)
                    {
                        failure = Message.OneLine(e is VideoFormatException ? e.Message : Message.Of(e, film.Name));
                    }

                    if (frame is null) break;
                    for (int i = 0; i < frame.Faces.Length; i++)
                    {
                        any = true;
                        yield return Row(row, frame, frame.Faces[i], i + 1);
                    }
                }

                if (file is { WasKilled: true }) throw new FFmpegEndedException($"{film.Name}: {file.Damage}");
            }
            finally
            {
                if (frames is not null) await frames.DisposeAsync();
            }
        }

        if (failure is not null) yield return row with { Error = failure };
        else if (!any) yield return row;
    }

    private static LabelRow Row(LabelRow row, VideoFrameResult frame, Vision.VideoFace face, int number) =>
        row with
        {
            Frame = frame.Index,
            Time = frame.Time.TotalSeconds,
            Track = face.Track,
            Number = number,
            Face = face.Face,
            Expression = face.Top,
            Probability = face.TopProbability,
            Probabilities = face.Scores.Probabilities.ToArray(),
        };
}
