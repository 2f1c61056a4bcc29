using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MicroExpNet.Vision;

namespace MicroExpNet.Video;

/// <summary>Recognises the faces of films.</summary>
/// <param name="recognizer">Recognises the expressions.</param>
/// <param name="detector">Finds the faces; the larger its smallest face, the faster.</param>
/// <param name="options">How faces are followed; the defaults if absent.</param>
public sealed class VideoAnalyzer(ExpressionRecognizer recognizer, FaceDetector detector, VideoOptions? options = null)
{
    /// <summary>Recognises the faces of every frame, while the next frames are decoded.</summary>
    /// <param name="path">The film.</param>
    /// <param name="fileOptions">Which part of it to read; the whole if absent.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    /// <returns>A result for each frame, in order, as soon as it is known.</returns>
    /// <exception cref="FFmpegNotFoundException">FFmpeg is not installed.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="VideoFormatException">The file is not a film, or not one frame can be decoded.</exception>
    public IAsyncEnumerable<VideoFrameResult> AnalyzeAsync(
        string path, VideoFileOptions? fileOptions = null, CancellationToken cancellationToken = default) =>
        AnalyzeAsync(VideoFile.Open(path, fileOptions), cancellationToken);

    /// <summary>Recognises the faces of every frame of an open film, while the next frames are decoded.</summary>
    /// <param name="film">The film.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    /// <returns>A result for each frame, in order, as soon as it is known.</returns>
    /// <exception cref="VideoFormatException">Not one frame can be decoded.</exception>
    public async IAsyncEnumerable<VideoFrameResult> AnalyzeAsync(
        VideoFile film, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(film);
        VideoRecognizer frames = new(recognizer, detector, options);
        await foreach (VideoFrame frame in film.ReadFramesAsync(cancellationToken).ConfigureAwait(false))
        {
            ImmutableArray<TrackedFace> faces = [.. frames.Recognize(frame.Luma.Span, frame.Width, frame.Height, frame.Width)];
            int width = film.Info.Width, height = film.Info.Height;
            if (width > frame.Width && height > frame.Height)
            {
                // Frames were decoded smaller; results are in the film's own pixels.
                faces = [.. faces.Select(face => Scale(face, (double)width / frame.Width, (double)height / frame.Height))];
            }

            yield return new VideoFrameResult(frame.Index, frame.Time, faces);
        }
    }

    private static TrackedFace Scale(TrackedFace face, double x, double y)
    {
        FaceBox box = face.Box;
        EyePositions? eyes = face.Face.Eyes is { } found
            ? new EyePositions((float)(found.LeftX * x), (float)(found.LeftY * y), (float)(found.RightX * x), (float)(found.RightY * y))
            : null;
        FaceBox scaled = new(Round(box.X * x), Round(box.Y * y), Round(box.Width * x), Round(box.Height * y));
        return face with { Face = new DetectedFace(scaled, face.Face.Score, eyes) };
    }

    private static int Round(double value) => (int)Math.Round(value);
}
