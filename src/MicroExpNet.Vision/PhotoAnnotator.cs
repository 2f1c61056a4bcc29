using System.Globalization;
using MicroExpNet.Files;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>
/// Draws what was recognised: each face's box, eyes and expression on the photo, its eight probabilities and the detector's score beside it.
/// Sized to the photo, and readable on a machine without any font.
/// </summary>
public static class PhotoAnnotator
{
    private const int JpegQuality = 92;

    /// <summary>Draws on a copy of a picture and writes it as a file; an existing file is replaced whole or left as it is.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="faces">What was recognised in it.</param>
    /// <param name="path">The file: JPEG or WebP by its ending, else PNG.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(Photo photo, IReadOnlyList<RecognizedFace> faces, string path)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using SKImage image = Draw(photo, faces);
        SKEncodedImageFormat format = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".jpg" or ".jpeg" => SKEncodedImageFormat.Jpeg,
            ".webp" => SKEncodedImageFormat.Webp,
            _ => SKEncodedImageFormat.Png,
        };
        using SKData data = image.Encode(format, JpegQuality)
            ?? throw new IOException($"{path}: {image.Width}×{image.Height} pixels cannot be written as {format}; expected a smaller picture or the ending .png");
        using AtomicFile file = new(path);
        data.SaveTo(file.Stream);
        AnnotationMark.Write(file.Stream);
        file.Commit();
    }

    private static SKImage Draw(Photo photo, IReadOnlyList<RecognizedFace> faces)
    {
        AnnotationLayout layout = new(photo.Width, photo.Height, faces.Count);
        using SKSurface surface = SKSurface.Create(new SKImageInfo(layout.Width, layout.Height, SKColorType.Rgba8888, SKAlphaType.Opaque))
            ?? throw new IOException($"there is not the memory to draw {layout.Width}×{layout.Height} pixels");
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(AnnotationStyle.Background);
        using (SKImage picture = SKImage.FromPixelCopy(new SKImageInfo(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), photo.Rgba))
        {
            canvas.DrawImage(picture, 0, 0);
        }

        using SKFont font = AnnotationStyle.Font(layout.TextSize);

        // The largest face comes first; drawn last, the small ones stay visible where boxes meet.
        for (int i = 0; i < faces.Count; i++) DrawBox(canvas, photo, faces, i, font);
        for (int i = 0; i < faces.Count; i++) DrawPanel(canvas, faces, i, layout, font);
        return surface.Snapshot();
    }

    private static void DrawBox(SKCanvas canvas, Photo photo, IReadOnlyList<RecognizedFace> faces, int index, SKFont font)
    {
        ExpressionScores scores = faces[index].Scores;
        SKColor color = AnnotationStyle.ColorOf(scores.Top);
        FaceBox box = faces[index].Box ?? new FaceBox(0, 0, photo.Width, photo.Height);
        float stroke = Math.Max(2, font.Size / 6);
        using SKPaint line = new() { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = stroke, IsAntialias = true };
        using SKPaint shade = new() { Color = AnnotationStyle.DarkText.WithAlpha(140), Style = SKPaintStyle.Stroke, StrokeWidth = stroke * 2, IsAntialias = true };
        SKRect frame = new(box.X, box.Y, box.X + box.Width, box.Y + box.Height);
        frame.Inflate(faces[index].Box is null ? -stroke / 2 : 0, faces[index].Box is null ? -stroke / 2 : 0);
        canvas.Save();
        canvas.ClipRect(new SKRect(0, 0, photo.Width, photo.Height));
        canvas.DrawRect(frame, shade);
        canvas.DrawRect(frame, line);
        if (faces[index].Face?.Eyes is { } eyes)
        {
            foreach ((float x, float y) in ((float, float)[])[(eyes.LeftX, eyes.LeftY), (eyes.RightX, eyes.RightY)])
            {
                float radius = Math.Max(2, box.Width / 24f);
                canvas.DrawCircle(x, y, radius, shade);
                canvas.DrawCircle(x, y, radius, line);
            }
        }

        // The label stands above the box, or inside it where there is no room above.
        string label = Title(faces, index);
        float height = font.Size * 1.5f;
        float width = Math.Min(font.MeasureText(label) + font.Size, photo.Width);
        float left = Math.Clamp(frame.Left - (stroke / 2), 0, photo.Width - width);
        float top = frame.Top - height >= 0 ? frame.Top - height : Math.Max(0, frame.Top);
        using SKPaint fill = new() { Color = color, IsAntialias = true };
        using SKPaint text = new() { Color = AnnotationStyle.DarkText, IsAntialias = true };
        canvas.DrawRect(new SKRect(left, top, left + width, top + height), fill);
        DrawText(canvas, label, left + (font.Size / 2), top + (font.Size * 1.1f), width - (font.Size / 2), font, text);
        canvas.Restore();
    }

    private static void DrawPanel(SKCanvas canvas, IReadOnlyList<RecognizedFace> faces, int index, AnnotationLayout layout, SKFont font)
    {
        ExpressionScores scores = faces[index].Scores;
        (float x, float y) = layout.Panel(index);
        float unit = layout.TextSize;
        float left = x + unit;
        float right = x + layout.PanelWidth - unit;
        float barLeft = left + (6.6f * unit);
        float barRight = right - (4.8f * unit);
        using SKPaint text = new() { Color = AnnotationStyle.Text, IsAntialias = true };
        using SKPaint title = new() { Color = AnnotationStyle.ColorOf(scores.Top), IsAntialias = true };
        using SKPaint track = new() { Color = AnnotationStyle.Track, IsAntialias = true };
        DrawText(canvas, Title(faces, index), left, y + (1.9f * unit), right - left, font, title);
        if (faces[index].Face?.Score is float score)
        {
            string sure = string.Create(CultureInfo.InvariantCulture, $"face {score:0.00}");
            using SKFont small = AnnotationStyle.Font(unit * 0.8f);
            float room = right - left - font.MeasureText(Title(faces, index));
            if (small.MeasureText(sure) < room) canvas.DrawText(sure, right - small.MeasureText(sure), y + (1.9f * unit), small, text);
        }

        for (int i = 0; i < ExpressionScores.Count; i++)
        {
            Expression expression = (Expression)i;
            float baseline = y + ((3.7f + (i * 1.4f)) * unit);
            SKRect bar = new(barLeft, baseline - (0.72f * unit), barRight, baseline + (0.06f * unit));
            using SKPaint fill = new() { Color = AnnotationStyle.ColorOf(expression), IsAntialias = true };
            canvas.DrawText(AnnotationStyle.NameOf(expression), left, baseline, font, text);
            canvas.DrawRect(bar, track);
            bar.Right = bar.Left + (bar.Width * scores[expression]);
            canvas.DrawRect(bar, fill);
            string percent = AnnotationStyle.Percent(scores[expression]);
            canvas.DrawText(percent, right - font.MeasureText(percent), baseline, font, text);
        }
    }

    // Several faces are numbered, so that each panel finds its box.
    private static string Title(IReadOnlyList<RecognizedFace> faces, int index)
    {
        ExpressionScores scores = faces[index].Scores;
        string number = faces.Count > 1 ? $"{index + 1} " : "";
        return $"{number}{AnnotationStyle.NameOf(scores.Top)} {AnnotationStyle.Percent(scores.TopProbability)}";
    }

    // Squeezed where it would not fit, as on a picture narrower than its label.
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
