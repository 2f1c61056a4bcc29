using SkiaSharp;

namespace MicroExpNet.Training.Detection;

/// <summary>Pieces of pictures beside one another on one picture, to look at: what a detector missed, framed in green, and what it took for
/// a face, framed in red.</summary>
internal static class ContactSheet
{
    private const int CellSide = 112;
    private const int Columns = 12;
    private const int CaptionHeight = 12;

    // Of the face's square: enough around it to see what it is.
    private const double Around = 1.7;

    /// <summary>Draws the sheet.</summary>
    /// <param name="scores">What was missed and what was false.</param>
    /// <returns>A PNG file.</returns>
    public static byte[] Draw(DetectorScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using Stream? font = typeof(ContactSheet).Assembly.GetManifestResourceStream("chart.ttf");
        using SKTypeface typeface = SKTypeface.FromStream(font);
        using SKFont text = new(typeface, 9);
        int missedRows = Rows(scores.Missed.Count), rows = Math.Max(1, missedRows + Rows(scores.False.Count));
        using SKBitmap bitmap = new(Columns * CellSide, rows * (CellSide + CaptionHeight), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(SKColors.White);
            for (int i = 0; i < scores.Missed.Count; i++)
            {
                (LabeledPicture picture, PlacedFace face) = scores.Missed[i];
                DrawCell(canvas, text, i, picture, face.X, face.Y, face.Side, SKColors.LimeGreen,
                    FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(picture.Name)} {face.Side:0} px"));
            }

            for (int i = 0; i < scores.False.Count; i++)
            {
                (LabeledPicture picture, DetectedFace found) = scores.False[i];
                double side = Math.Max(found.Box.Width, found.Box.Height);
                DrawCell(
                    canvas, text, (missedRows * Columns) + i, picture, found.Box.X + (found.Box.Width / 2.0),
                        found.Box.Y + (found.Box.Height / 2.0), side, SKColors.Red,
                    FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(picture.Name)} {side:0} px {found.Score:0.00}"));
            }
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static int Rows(int cells) => (cells + Columns - 1) / Columns;

    private static unsafe void DrawCell(
        SKCanvas canvas, SKFont font, int cell, LabeledPicture picture, double x, double y, double side, SKColor color, string caption)
    {
        float left = cell % Columns * CellSide, top = cell / Columns * (CellSide + CaptionHeight);
        double seen = Around * side;
        using SKBitmap source = new();
        fixed (byte* pixels = picture.Image.Pixels)
        {
            source.InstallPixels(
                new SKImageInfo(picture.Image.Width, picture.Image.Height, SKColorType.Gray8, SKAlphaType.Opaque), (nint)pixels,
                picture.Image.Width);
            SKRect from = SKRect.Create((float)(x - (seen / 2)), (float)(y - (seen / 2)), (float)seen, (float)seen),
                to = SKRect.Create(left + 1, top + 1, CellSide - 2, CellSide - 2);
            using SKPaint paint = new();
            using SKImage image = SKImage.FromBitmap(source);
            canvas.DrawImage(image, from, to, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), paint);
        }

        using SKPaint frame = new() { Color = color, IsStroke = true, StrokeWidth = 1.5f };
        float inset = (float)((CellSide - 2) * (1 - (1 / Around)) / 2);
        canvas.DrawRect(SKRect.Create(left + 1 + inset, top + 1 + inset, CellSide - 2 - (2 * inset), CellSide - 2 - (2 * inset)), frame);
        using SKPaint ink = new() { Color = SKColors.Black, IsAntialias = true };
        canvas.DrawText(caption, left + 2, top + CellSide + CaptionHeight - 3, font, ink);
    }
}
