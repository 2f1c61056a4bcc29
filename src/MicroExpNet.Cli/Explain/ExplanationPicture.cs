using System.Runtime.InteropServices;
using MicroExpNet.Architectures;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Cli.Explain;

/// <summary>
/// Explanations as a picture, a row for each face: the face as the network reads it, the same under each map, and the probabilities. Red
/// speaks for the class, blue against it; the strongest colour is each map's greatest value.
/// </summary>
internal static class ExplanationPicture
{
    private const int PanelHeight = 336;
    private const int Margin = 16;
    private const int TitleHeight = 30;
    private const int BarsWidth = 330;
    private const float TextSize = 15;

    // Gradients differ from pixel to pixel more than anybody can read: they are drawn as the mean of a small square around each.
    private const int GradientBlur = 1;

    private static readonly SKColor For = new(0xff, 0x4a, 0x2e);
    private static readonly SKColor Against = new(0x3c, 0x8c, 0xff);

    /// <summary>Draws explanations.</summary>
    /// <param name="faces">The faces, at least one.</param>
    /// <param name="input">The shape that the network reads.</param>
    /// <param name="isBlueFirst">Whether a colour crop's first channel is blue.</param>
    /// <returns>The picture.</returns>
    public static Photo Draw(IReadOnlyList<FaceExplanation> faces, TensorShape input, bool isBlueFirst)
    {
        int panelWidth = Math.Max(1, PanelHeight * input.Width / input.Height), panels = faces[0].Gradients is null ? 2 : 3;
        int rows = faces[0].Face.Scores.Labels.Length;
        int rowHeight = TitleHeight + Math.Max(PanelHeight, (int)((rows + 3) * TextSize * 1.7f)) + Margin;
        int width = (panels * (panelWidth + Margin)) + BarsWidth + (2 * Margin), height = (faces.Count * rowHeight) + Margin;
        byte[] rgba = new byte[checked(width * height * 4)];
        GCHandle pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            SKImageInfo info = new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using SKSurface surface = SKSurface.Create(info, pinned.AddrOfPinnedObject(), info.RowBytes)
                ?? throw new IOException($"there is not enough memory to draw {width}×{height} pixels");
            SKCanvas canvas = surface.Canvas;
            canvas.Clear(AnnotationStyle.Background);
            using SKFont font = AnnotationStyle.Font(TextSize);
            for (int i = 0; i < faces.Count; i++)
            {
                FaceExplanation face = faces[i];
                float y = Margin + (i * rowHeight);
                using SKImage crop = CropImage(face.Crop, input, isBlueFirst);
                SKRect place = SKRect.Create(Margin, y + TitleHeight, panelWidth, PanelHeight);
                DrawPanel(canvas, font, $"face {face.Number}, as the network reads it", crop, null, input, place);
                place.Offset(panelWidth + Margin, 0);
                DrawPanel(canvas, font, "by covering", crop, face.Occlusion, input, place);
                if (face.Gradients is { } gradients)
                {
                    place.Offset(panelWidth + Margin, 0);
                    DrawPanel(canvas, font, "by gradients", crop, Blurred(gradients, input), input, place);
                }

                DrawBars(canvas, font, face, place.Right + Margin, y);
            }
        }
        finally
        {
            pinned.Free();
        }

        return new Photo(rgba, width, height);
    }

    private static void DrawPanel(
        SKCanvas canvas, SKFont font, string title, SKImage crop, float[]? map, TensorShape input, SKRect place)
    {
        using SKPaint text = new() { Color = AnnotationStyle.Text, IsAntialias = true };
        canvas.DrawText(title, place.Left, place.Top - (TextSize * 0.6f), font, text);
        SKSamplingOptions smooth = new(SKCubicResampler.Mitchell);
        canvas.DrawImage(crop, place, smooth);
        if (map is null) return;
        using SKImage colours = MapImage(map, input);
        canvas.DrawImage(colours, place, new SKSamplingOptions(SKFilterMode.Linear));
    }

    private static void DrawBars(SKCanvas canvas, SKFont font, FaceExplanation face, float left, float top)
    {
        using SKPaint text = new() { Color = AnnotationStyle.Text, IsAntialias = true };
        using SKPaint track = new() { Color = AnnotationStyle.Track };
        SKColor[] colors = AnnotationPalette.Of(face.Face.Scores.Labels);
        float line = TextSize * 1.7f, y = top + TitleHeight + TextSize, barLeft = left + 100, barWidth = BarsWidth - 100 - 66;
        for (int i = 0; i < face.Face.Scores.Labels.Length; i++)
        {
            string label = face.Face.Scores.Labels[i];
            float probability = face.Face.Scores.Probabilities[i];
            using SKPaint fill = new() { Color = colors[i] };
            canvas.Save();
            canvas.ClipRect(SKRect.Create(left, y - TextSize, 94, line));
            canvas.DrawText(AnnotationStyle.Drawable(label, font), left, y, font, label == face.Class ? fill : text);
            canvas.Restore();
            canvas.DrawRect(barLeft, y - (TextSize * 0.75f), barWidth, TextSize * 0.8f, track);
            canvas.DrawRect(barLeft, y - (TextSize * 0.75f), barWidth * probability, TextSize * 0.8f, fill);
            canvas.DrawText(AnnotationStyle.Percent(probability), barLeft + barWidth + 8, y, font, text);
            y += line;
        }

        string named = AnnotationStyle.Drawable(face.Class, font);
        using SKPaint red = new() { Color = For, IsAntialias = true };
        using SKPaint blue = new() { Color = Against, IsAntialias = true };
        canvas.DrawText($"red speaks for {named}", left, y + (line * 0.4f), font, red);
        canvas.DrawText($"blue speaks against {named}", left, y + (line * 1.3f), font, blue);
    }

    private static SKImage CropImage(byte[] crop, TensorShape input, bool isBlueFirst)
    {
        byte[] rgba = new byte[input.Height * input.Width * 4];
        for (int i = 0; i < input.Height * input.Width; i++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                int from = input.Channels == 1 ? 0 : isBlueFirst ? 2 - channel : channel;
                rgba[(i * 4) + channel] = crop[(i * input.Channels) + from];
            }

            rgba[(i * 4) + 3] = byte.MaxValue;
        }

        return SKImage.FromPixelCopy(new SKImageInfo(input.Width, input.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
    }

    private static SKImage MapImage(float[] map, TensorShape input)
    {
        float greatest = map.Max(Math.Abs);
        byte[] rgba = new byte[map.Length * 4];
        for (int i = 0; i < map.Length; i++)
        {
            SKColor color = map[i] >= 0 ? For : Against;
            float opacity = greatest == 0 ? 0 : 0.75f * Math.Abs(map[i]) / greatest;
            (rgba[i * 4], rgba[(i * 4) + 1], rgba[(i * 4) + 2]) = (color.Red, color.Green, color.Blue);
            rgba[(i * 4) + 3] = (byte)(255 * opacity);
        }

        return SKImage.FromPixelCopy(new SKImageInfo(input.Width, input.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul), rgba);
    }

    private static float[] Blurred(float[] map, TensorShape input)
    {
        float[] blurred = new float[map.Length];
        for (int y = 0; y < input.Height; y++)
        {
            for (int x = 0; x < input.Width; x++)
            {
                float sum = 0;
                int count = 0;
                for (int i = Math.Max(0, y - GradientBlur); i <= Math.Min(input.Height - 1, y + GradientBlur); i++)
                {
                    for (int j = Math.Max(0, x - GradientBlur); j <= Math.Min(input.Width - 1, x + GradientBlur); j++)
                    {
                        sum += map[(i * input.Width) + j];
                        count++;
                    }
                }

                blurred[(y * input.Width) + x] = sum / count;
            }
        }

        return blurred;
    }
}
