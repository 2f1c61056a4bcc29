using System.Globalization;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Video;

/// <summary>
/// Writes a copy of a film with the faces' boxes, track numbers, expressions and probabilities drawn on it, and the sound as it was. The
/// film is decoded a second time, in colour.
/// </summary>
public sealed class FilmAnnotator : IDisposable
{
    private const float BarHeight = 0.28f;

    private readonly VideoFile _film;
    private readonly FFmpegDecoder _decoder;
    private readonly VideoWriter _writer;
    private readonly byte[] _pixels;
    private readonly FrameSequence _sequence = new();
    private readonly SKPaint _paint = new() { IsAntialias = true };
    private readonly SKFont _font;
    private SKColor[]? _colors;
    private bool _isDisposed;

    /// <summary>Starts the copy.</summary>
    /// <param name="film">The film; the part of it that its options choose is copied.</param>
    /// <param name="path">The copy: .mp4, .m4v, .mov or .mkv.</param>
    /// <exception cref="ArgumentException">The copy's ending is not one of these.</exception>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    public FilmAnnotator(VideoFile film, string path)
    {
        ArgumentNullException.ThrowIfNull(film);
        _film = film;
        _pixels = GC.AllocateUninitializedArray<byte>(checked(film.Info.Width * film.Info.Height * 4), pinned: true);
        _font = AnnotationStyle.Font(Math.Clamp(film.Info.Height / 32f, 11, 40));
        _writer = new VideoWriter(path, film.Info.Width, film.Info.Height, film, film.Options.FFmpegPath);
        _decoder = new FFmpegDecoder(film, inColor: true);
    }

    /// <summary>Draws the next frame's faces and adds the frame.</summary>
    /// <param name="result">The frame's faces; every frame of the film must be given, in order.</param>
    /// <param name="cancellationToken">Stops waiting for the decoder.</param>
    /// <exception cref="ArgumentException">The faces are missing, one has no scores or other classes than those before, or the frame's time
    /// is before the last one's.</exception>
    /// <exception cref="InvalidOperationException">The copy was ended.</exception>
    /// <exception cref="ObjectDisposedException">The annotator was disposed of.</exception>
    /// <exception cref="VideoFormatException">The film gave fewer frames than the first time, or of another size.</exception>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    public void Add(VideoFrameResult result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _writer.ThrowIfEnded();
        _sequence.Take(result, nameof(result));
        bool isThere = _decoder.TryReadTag(out FrameTag tag, cancellationToken)
            && (tag.Width, tag.Height) == (_film.Info.Width, _film.Info.Height)
            && _decoder.TryReadPixels(_pixels);
        if (!isThere) throw new VideoFormatException($"'{_film.Path}': frame {result.Index} cannot be decoded a second time");
        Draw(result);

        // Where the film's unit of time is coarse, the first frame may seem to come a little before the part's start.
        TimeSpan time = result.Time - _film.Options.From;
        _writer.Write(time > TimeSpan.Zero ? time : TimeSpan.Zero, _pixels);
    }

    /// <summary>Ends the copy and puts it in its place.</summary>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The copy was ended before.</exception>
    /// <exception cref="ObjectDisposedException">The annotator was disposed of.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _writer.Complete();
    }

    /// <summary>Leaves nothing of a copy that was not completed.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _decoder.Dispose();
        _writer.Dispose();
        _paint.Dispose();
        _font.Dispose();
    }

    private unsafe void Draw(VideoFrameResult result)
    {
        SKImageInfo info = new(_film.Info.Width, _film.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        fixed (byte* pixels = _pixels)
        {
            using SKSurface surface = SKSurface.Create(info, (nint)pixels, info.RowBytes);
            for (int i = result.Faces.Length - 1; i >= 0; i--) Draw(surface.Canvas, result.Faces[i]);
        }
    }

    private void Draw(SKCanvas canvas, in VideoFace face)
    {
        ClassScores scores = face.Scores;
        _colors ??= AnnotationPalette.Of(scores.Labels);
        SKColor color = _colors[face.TopIndex];
        SKRect box = SKRect.Create(face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height);
        _paint.Style = SKPaintStyle.Stroke;
        _paint.StrokeWidth = Math.Max(2, _font.Size / 8);
        _paint.Color = color;
        canvas.DrawRect(box, _paint);

        _paint.Style = SKPaintStyle.Fill;
        string label = string.Create(
            CultureInfo.InvariantCulture,
                $"{face.Track} {AnnotationStyle.Drawable(face.Top, _font)} {AnnotationStyle.Percent(face.TopProbability)}");
        float height = _font.Size * 1.4f, width = Math.Max(box.Width, _font.MeasureText(label) + _font.Size), bar = _font.Size * BarHeight;
        float left = Math.Clamp(box.Left, 0, Math.Max(0, _film.Info.Width - width));
        float above = box.Top - height - bar;
        float y = above >= 0 ? above : Math.Min(box.Bottom, _film.Info.Height - height - bar);
        canvas.DrawRect(left, y, width, height, _paint);
        _paint.Color = AnnotationStyle.DarkText;
        canvas.DrawText(label, left + (_font.Size / 2), y + (_font.Size * 1.05f), _font, _paint);

        // All probabilities as one bar.
        float x = left;
        for (int i = 0; i < scores.Labels.Length; i++)
        {
            float part = width * scores.Probabilities[i];
            _paint.Color = _colors[i];
            canvas.DrawRect(x, y + height, part, bar, _paint);
            x += part;
        }
    }
}
