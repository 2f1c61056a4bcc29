using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>
/// Draws results on a copy of a photo: each face's box, eyes and expression, and beside the photo its probabilities and the
/// detector's score. The drawing is sized to the photo, and readable on a machine without any font. It has at most 16,383 columns, as many
/// as a WebP file may have, or one column of panels: of more faces than have a panel then, the others have boxes alone.
/// </summary>
public static class PhotoAnnotator
{
    /// <summary>Draws on a copy of a photo.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="faces">The faces recognised in it, the largest first.</param>
    /// <returns>The photo with the drawing, wider than <paramref name="photo"/> by the panels; dispose of it.</returns>
    /// <exception cref="IOException">There is not enough memory to draw.</exception>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    [OverloadResolutionPriority(1)]
    public static Photo Draw(Photo photo, IReadOnlyList<RecognizedFace> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
        return Draw(photo, [.. faces.Select(AnnotationStyle.WithNames)]);
    }

    /// <summary>Draws on a copy of a photo and writes it as a file. An existing file is replaced whole or stays as it is.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="faces">The faces recognised in it, the largest first.</param>
    /// <param name="path">The file. Its extension chooses the format: JPEG or WebP, else PNG.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    [OverloadResolutionPriority(1)]
    public static void Save(Photo photo, IReadOnlyList<RecognizedFace> faces, string path)
    {
        using Photo drawn = Draw(photo, faces);
        drawn.Save(path);
    }

    /// <summary>Draws on a copy of a photo and writes it to a stream.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="faces">The faces recognised in it, the largest first.</param>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="format">The file format.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    [OverloadResolutionPriority(1)]
    public static void Save(Photo photo, IReadOnlyList<RecognizedFace> faces, Stream stream, PhotoFormat format)
    {
        using Photo drawn = Draw(photo, faces);
        drawn.Save(stream, format);
    }

    /// <summary>Draws on a copy of a photo.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="faces">The faces recognised in it, the largest first, by a model whose classes may be any.</param>
    /// <returns>The photo with the drawing, wider than <paramref name="photo"/> by the panels; dispose of it.</returns>
    /// <exception cref="ArgumentException">A face has no scores, or other classes than the first.</exception>
    /// <exception cref="IOException">There is not enough memory to draw.</exception>
    /// <exception cref="ObjectDisposedException">The photo was disposed of.</exception>
    public static Photo Draw(Photo photo, IReadOnlyList<ClassifiedFace> faces)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(faces);
        CheckScores(faces);
        AnnotationLayout layout = new(photo.Width, photo.Height, faces.Count, faces.Count == 0 ? 0 : faces[0].Scores.Labels.Length);
        long length = 4L * layout.Width * layout.Height;
        if (length > Array.MaxLength) throw OutOfMemory(layout);
        byte[] rgba = PixelPool.Rent((int)length);
        GCHandle pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            SKImageInfo info = new(layout.Width, layout.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using SKSurface surface = SKSurface.Create(info, pinned.AddrOfPinnedObject(), info.RowBytes) ?? throw OutOfMemory(layout);
            Draw(surface.Canvas, photo, faces, layout);
        }
        finally
        {
            pinned.Free();
        }

        return Photo.FromPool(rgba, layout.Width, layout.Height, isAnnotated: true);
    }

    /// <summary>Draws on a copy of a photo and writes it as a file. An existing file is replaced whole or stays as it is.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="faces">The faces recognised in it, the largest first, by a model whose classes may be any.</param>
    /// <param name="path">The file. Its extension chooses the format: JPEG or WebP, else PNG.</param>
    /// <exception cref="ArgumentException">A face has no scores, or other classes than the first.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(Photo photo, IReadOnlyList<ClassifiedFace> faces, string path)
    {
        using Photo drawn = Draw(photo, faces);
        drawn.Save(path);
    }

    /// <summary>Draws on a copy of a photo and writes it to a stream.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="faces">The faces recognised in it, the largest first, by a model whose classes may be any.</param>
    /// <param name="stream">The stream; it is left open.</param>
    /// <param name="format">The file format.</param>
    /// <exception cref="ArgumentException">A face has no scores, or other classes than the first.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Save(Photo photo, IReadOnlyList<ClassifiedFace> faces, Stream stream, PhotoFormat format)
    {
        using Photo drawn = Draw(photo, faces);
        drawn.Save(stream, format);
    }

    private static void CheckScores(IReadOnlyList<ClassifiedFace> faces)
    {
        for (int i = 0; i < faces.Count; i++)
        {
            if (faces[i].Scores is not { } scores) throw new ArgumentException($"face {i + 1} has no scores", nameof(faces));
            ImmutableArray<string> first = faces[0].Scores.Labels;
            if (scores.Labels == first || scores.Labels.SequenceEqual(first)) continue;
            throw new ArgumentException(
                $"face {i + 1} has the classes {string.Join(", ", scores.Labels)}; expected those of face 1, {string.Join(", ", first)}",
                nameof(faces));
        }
    }

    private static IOException OutOfMemory(AnnotationLayout layout) =>
        new($"there is not enough memory to draw {layout.Width}×{layout.Height} pixels");

    private static void Draw(SKCanvas canvas, Photo photo, IReadOnlyList<ClassifiedFace> faces, AnnotationLayout layout)
    {
        canvas.Clear(AnnotationStyle.Background);
        SKImageInfo info = new(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (SKImage picture = SKImage.FromPixelCopy(info, photo.Rgba)) canvas.DrawImage(picture, 0, 0);
        using SKFont font = AnnotationStyle.Font(layout.TextSize);
        SKColor[] colors = faces.Count == 0 ? [] : AnnotationPalette.Of(faces[0].Scores.Labels);

        // The largest face comes first and is drawn first, so that smaller ones are not hidden where boxes overlap.
        for (int i = 0; i < faces.Count; i++) DrawFace(canvas, photo, faces, i, font, colors);
        for (int i = 0; i < layout.Panels; i++) DrawPanel(canvas, faces, i, layout, font, colors);
    }

    private static void DrawFace(
        SKCanvas canvas, Photo photo, IReadOnlyList<ClassifiedFace> faces, int index, SKFont font, SKColor[] colors)
    {
        ClassifiedFace face = faces[index];
        SKColor color = colors[face.Scores.TopIndex], dark = AnnotationStyle.DarkText.WithAlpha(140);
        FaceBox box = face.Box ?? new FaceBox(0, 0, photo.Width, photo.Height);
        float stroke = Math.Max(2, font.Size / 6);
        using SKPaint line = new() { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = stroke, IsAntialias = true };
        using SKPaint shade = new() { Color = dark, Style = SKPaintStyle.Stroke, StrokeWidth = stroke * 2, IsAntialias = true };
        using SKPaint fill = new() { Color = color, IsAntialias = true };
        SKRect frame = new(box.X, box.Y, box.X + box.Width, box.Y + box.Height);
        float inset = face.Box is null ? stroke / 2 : 0;
        frame.Inflate(-inset, -inset);
        canvas.Save();
        canvas.ClipRect(new SKRect(0, 0, photo.Width, photo.Height));
        canvas.DrawRect(frame, shade);
        canvas.DrawRect(frame, line);
        if (face.Face?.Eyes is { } eyes)
        {
            DrawEye(canvas, eyes.LeftX, eyes.LeftY, box, stroke, shade, fill);
            DrawEye(canvas, eyes.RightX, eyes.RightY, box, stroke, shade, fill);
        }

        // The label stands above the box, or inside it if there is no room above.
        string label = Title(faces, index, font);
        float height = font.Size * 1.5f;
        float width = Math.Min(font.MeasureText(label) + font.Size, photo.Width);
        float left = Math.Clamp(frame.Left - (stroke / 2), 0, photo.Width - width);
        float top = frame.Top - height >= 0 ? frame.Top - height : Math.Max(0, frame.Top);
        using SKPaint text = new() { Color = AnnotationStyle.DarkText, IsAntialias = true };
        canvas.DrawRect(new SKRect(left, top, left + width, top + height), fill);
        DrawText(canvas, label, left + (font.Size / 2), top + (font.Size * 1.1f), width - (font.Size / 2), font, text);
        canvas.Restore();
    }

    // A dot no larger than a pupil, with a dark rim.
    private static void DrawEye(SKCanvas canvas, float x, float y, FaceBox box, float stroke, SKPaint shade, SKPaint fill)
    {
        float radius = Math.Min(stroke, Math.Max(1, box.Width / 50f));
        using SKPaint rim = shade.Clone();
        rim.StrokeWidth = radius;
        canvas.DrawCircle(x, y, radius, rim);
        canvas.DrawCircle(x, y, radius, fill);
    }

    private static void DrawPanel(
        SKCanvas canvas, IReadOnlyList<ClassifiedFace> faces, int index, AnnotationLayout layout, SKFont font, SKColor[] colors)
    {
        ClassifiedFace face = faces[index];
        (float x, float y) = layout.Panel(index);
        float unit = layout.TextSize;
        float left = x + unit;
        float right = x + layout.PanelWidth - unit;
        float barLeft = left + (6.6f * unit);
        float barRight = right - (4.8f * unit);
        using SKPaint text = new() { Color = AnnotationStyle.Text, IsAntialias = true };
        using SKPaint title = new() { Color = colors[face.Scores.TopIndex], IsAntialias = true };
        using SKPaint track = new() { Color = AnnotationStyle.Track, IsAntialias = true };
        DrawText(canvas, Title(faces, index, font), left, y + (1.9f * unit), right - left, font, title);
        int row = 0;
        for (int i = 0; i < face.Scores.Labels.Length; i++)
        {
            string label = face.Scores.Labels[i];
            float probability = face.Scores.Probabilities[i];
            float baseline = y + ((3.7f + (row++ * 1.4f)) * unit);
            SKRect bar = new(barLeft, baseline - (0.72f * unit), barRight, baseline + (0.06f * unit));
            using SKPaint fill = new() { Color = colors[i], IsAntialias = true };
            DrawText(canvas, AnnotationStyle.Drawable(label, font), left, baseline, barLeft - left - (0.4f * unit), font, text);
            canvas.DrawRect(bar, track);
            bar.Right = bar.Left + (bar.Width * probability);
            canvas.DrawRect(bar, fill);
            DrawPercent(probability, baseline);
        }

        if (face.Face?.Score is { } score)
        {
            float baseline = y + ((3.7f + (row * 1.4f)) * unit);
            canvas.DrawText("face score", left, baseline, font, text);
            DrawPercent(score, baseline);
        }

        void DrawPercent(float share, float baseline)
        {
            string percent = AnnotationStyle.Percent(share);
            canvas.DrawText(percent, right - font.MeasureText(percent), baseline, font, text);
        }
    }

    // Several faces are numbered, so that each panel can be matched with its box.
    private static string Title(IReadOnlyList<ClassifiedFace> faces, int index, SKFont font)
    {
        ClassScores scores = faces[index].Scores;
        string number = faces.Count > 1 ? $"{index + 1} " : "";
        return $"{number}{AnnotationStyle.Drawable(scores.Top, font)} {AnnotationStyle.Percent(scores.TopProbability)}";
    }

    // Condensed if it would not fit, as on a photo narrower than its label.
    private static void DrawText(SKCanvas canvas, string text, float x, float baseline, float width, SKFont font, SKPaint paint)
    {
        float natural = font.MeasureText(text);
        canvas.Save();
        canvas.Translate(x, baseline);
        if (natural > width) canvas.Scale(width / natural, 1);
        canvas.DrawText(text, 0, 0, font, paint);
        canvas.Restore();
    }
}
