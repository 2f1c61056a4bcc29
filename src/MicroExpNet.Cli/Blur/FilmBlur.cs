using MicroExpNet.Cli.Predict;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Blur;

/// <summary>
/// Writes copies of films with covered faces: the film is decoded once to follow its faces, and once more to cover them, so that a face is
/// covered in frames in which it is not found too. The sound stays as it was; the container's metadata, chapters, subtitles and other
/// streams are left out.
/// </summary>
/// <param name="analyzer">Follows the faces, as <c>mexp video</c> does.</param>
/// <param name="cover">Covers them.</param>
/// <param name="kept">The numbers of the faces that stay as they are.</param>
/// <param name="ffmpegPath">FFmpeg; null to search for it.</param>
/// <param name="terminal">Shows how far it is.</param>
internal sealed class FilmBlur(
    VideoAnalyzer analyzer, FaceCover cover, IReadOnlyCollection<int> kept, string? ffmpegPath, Terminal terminal)
{
    /// <summary>The ending of a copy's name: the film's own where it can be written, else that of a container that holds any
    /// sound.</summary>
    /// <param name="path">The film.</param>
    public static string CopyName(string path) =>
        VideoWriter.FileExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
            ? path
            : Path.ChangeExtension(path, ".mkv");

    /// <summary>Covers the faces of a film.</summary>
    /// <param name="input">The film.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="cancellationToken">Stops; nothing is written then.</param>
    /// <returns>The film, the number of its frames and of its tracks that were covered.</returns>
    /// <exception cref="VideoFormatException">It is not a film, or not read to its end.</exception>
    /// <exception cref="IOException">It cannot be read, the copy cannot be written, or a face is found in it still.</exception>
    public async Task<(VideoFile Film, int Frames, int Covered)> RunAsync(
        PictureInput input, string copy, CancellationToken cancellationToken)
    {
        CoveredTracks tracks = new();
        VideoFile film;
        try
        {
            film = VideoFile.Open(input.Name, new VideoFileOptions { FFmpegPath = ffmpegPath });
            await foreach (VideoFrameResult frame in analyzer.AnalyzeAsync(film, cancellationToken))
            {
                tracks.Add(frame);
                Show(input, $"{tracks.Frames:N0} frames searched");
            }

            if (film.WasKilled) throw new FFmpegEndedException(film.Damage!);
        }
        catch (FFmpegEndedException)
        {
            if (StopSignal.IsComing(cancellationToken)) throw new OperationCanceledException(cancellationToken);
            throw new VideoFormatException($"{input.Spoken}: ffmpeg was ended before the film's end; give the command again");
        }

        CheckKept(input.Spoken, kept, tracks.Numbers);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(copy))!);
        try
        {
            Copy(film, input, tracks, copy, cancellationToken);
        }
        catch (Exception e) when (e is IOException or VideoFormatException && StopSignal.IsComing(cancellationToken))
        {
            throw new OperationCanceledException(cancellationToken);
        }

        return (film, tracks.Frames, tracks.Numbers.Count(number => !kept.Contains(number)));
    }

    /// <summary>Makes sure that the faces which are to be kept are there.</summary>
    /// <param name="name">The picture or film, for the message.</param>
    /// <param name="kept">The numbers of the faces to keep.</param>
    /// <param name="found">The numbers of the faces that were found.</param>
    /// <exception cref="CommandException">One is not there.</exception>
    public static void CheckKept(string name, IEnumerable<int> kept, IReadOnlyCollection<int> found)
    {
        foreach (int number in kept)
        {
            if (found.Contains(number)) continue;
            string there = found.Count switch
            {
                0 => "no face was found",
                1 => $"the only face is {found.First()}",
                _ => $"the faces are {string.Join(", ", found)}",
            };
            throw new CommandException(ExitCode.WrongCommand, $"--keep {number}: {name} has no such face; {there}");
        }
    }

    private void Copy(VideoFile film, PictureInput input, CoveredTracks tracks, string copy, CancellationToken cancellationToken)
    {
        (int width, int height) = (film.Info.Width, film.Info.Height);
        byte[] pixels = new byte[checked(width * height * 4)];
        using VideoWriter writer = new(copy, width, height, film, ffmpegPath, dropsMetadata: true);
        using FFmpegDecoder decoder = new(film, inColor: true);
        for (int frame = 0; frame < tracks.Frames; frame++)
        {
            bool isThere = decoder.TryReadTag(out FrameTag tag, cancellationToken) && (tag.Width, tag.Height) == (width, height)
                && decoder.TryReadPixels(pixels);
            if (!isThere) throw new VideoFormatException($"{input.Spoken}: frame {frame} cannot be decoded a second time");
            cover.Apply(pixels, width, height, tracks.CoveredIn(frame, kept), tracks.KeptIn(frame, kept));
            writer.Write(tracks.TimeOf(frame), pixels);
            Show(input, $"{frame + 1:N0} of {tracks.Frames:N0} frames written");
        }

        writer.Complete();
    }

    private void Show(PictureInput input, FormattableString text) =>
        terminal.Status.Update(() => $"{Path.GetFileName(input.Spoken)}: {FormattableString.Invariant(text)}");
}
