using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Cli.Faces;

/// <summary>How faces are cut out of photos.</summary>
/// <param name="Size">Rows and columns of a cut face; null for those it has in the photo.</param>
/// <param name="Margin">What is added on each side, as a share of the face's side, 0 or more.</param>
/// <param name="Align">Whether a face is rotated until its eyes are level.</param>
internal sealed record FaceCut(int? Size, double Margin, bool Align)
{
    /// <summary>Cuts out a face.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="face">The face; past the photo's edges its outermost pixels go on.</param>
    /// <returns>A PNG file.</returns>
    public byte[] Encode(SKImage image, DetectedFace face)
    {
        float side = (float)(Math.Max(face.Box.Width, face.Box.Height) * (1 + (2 * Margin)));
        int size = Size ?? Math.Max(1, (int)MathF.Round(side));
        float middleX = face.Box.X + (face.Box.Width / 2f), middleY = face.Box.Y + (face.Box.Height / 2f);

        // From the photo to the cut face: its middle to the origin, level, to size, and to the middle.
        float tilt = Align && face.Eyes is { } eyes ? (float)eyes.Tilt : 0;
        SKMatrix toFace = SKMatrix.CreateTranslation(-middleX, -middleY)
            .PostConcat(SKMatrix.CreateRotation(-tilt))
            .PostConcat(SKMatrix.CreateScale(size / side, size / side))
            .PostConcat(SKMatrix.CreateTranslation(size / 2f, size / 2f));
        using SKSurface surface = SKSurface.Create(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque))
            ?? throw new IOException($"there is not the memory for a face of {size}×{size} pixels");
        using SKShader pixels = image.ToShader(
            SKShaderTileMode.Clamp, SKShaderTileMode.Clamp, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear), toFace);
        using SKPaint paint = new() { Shader = pixels };
        surface.Canvas.DrawPaint(paint);
        using SKImage cut = surface.Snapshot();
        using SKData data = cut.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>A photo's pixels for <see cref="Encode"/>.</summary>
    /// <param name="photo">The photo.</param>
    public static SKImage ToImage(Photo photo) =>
        SKImage.FromPixelCopy(new SKImageInfo(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), photo.Rgba);
}
