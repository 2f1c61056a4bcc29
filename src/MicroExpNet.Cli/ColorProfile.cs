using System.Runtime.InteropServices;
using MicroExpNet.Cli.Predict;
using MicroExpNet.Files;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Cli;

/// <summary>
/// The colour profile of a picture's file. Faces are found and recognised in the colours as they are stored; a copy, which has no profile,
/// must show those that they stand for.
/// </summary>
internal static class ColorProfile
{
    /// <summary>Turns a picture's pixels into sRGB, where its file says that they are something else.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="input">Where it is from; what can be read only once stays as it is.</param>
    public static void Apply(Photo photo, PictureInput input)
    {
        if (input.IsStandardInput || !OrdinaryFile.Is(input.Name)) return;
        using SKCodec? codec = SKCodec.Create(input.Name);
        using SKColorSpace? stored = codec?.Info.ColorSpace;
        if (stored is null or { IsSrgb: true }) return;
        using SKColorSpace srgb = SKColorSpace.CreateSrgb();
        int row = photo.Width * 4;
        SKImageInfo info = new(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque, stored);
        using SKImage image = SKImage.FromPixelCopy(info, photo.Rgba.AsSpan(0, row * photo.Height), row);
        GCHandle pinned = GCHandle.Alloc(photo.Rgba, GCHandleType.Pinned);
        try
        {
            image.ReadPixels(info.WithColorSpace(srgb), pinned.AddrOfPinnedObject(), row, 0, 0);
        }
        finally
        {
            pinned.Free();
        }
    }
}
