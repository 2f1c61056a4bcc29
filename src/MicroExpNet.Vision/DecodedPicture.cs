using System.Runtime.InteropServices;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>The pixels of a decoded file, in an array of <see cref="PixelPool"/> of just their length.</summary>
/// <param name="Pixels"><c>[height, width, channels]</c>, packed.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Warning">What was wrong with the file; null if nothing was.</param>
internal readonly record struct DecodedPicture(byte[] Pixels, int Width, int Height, string? Warning)
{
    /// <summary>The upright picture; the pixels of this one go back to the pool if it is another.</summary>
    /// <param name="origin">The orientation that the file says.</param>
    public DecodedPicture Upright(SKEncodedOrigin origin)
    {
        if (!ExifOrientation.Moves(origin)) return this;
        byte[] upright = PixelPool.Rent(Pixels.Length);
        if (Pixels.Length == Width * Height) ExifOrientation.Apply<byte>(origin, Pixels, upright, Width, Height);
        else
        {
            ExifOrientation.Apply<uint>(
                origin, MemoryMarshal.Cast<byte, uint>(Pixels), MemoryMarshal.Cast<byte, uint>(upright.AsSpan()), Width, Height);
        }

        PixelPool.Return(Pixels);
        (int width, int height) = ExifOrientation.SwapsSides(origin) ? (Height, Width) : (Width, Height);
        return new DecodedPicture(upright, width, height, Warning);
    }
}
