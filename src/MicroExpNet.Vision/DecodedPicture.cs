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
    /// <summary>How many pixels a side of the file each one stands for.</summary>
    public int Reduction { get; init; } = 1;

    /// <summary>Columns of the file's picture.</summary>
    public int FullWidth { get; init; } = Width;

    /// <summary>Rows of the file's picture.</summary>
    public int FullHeight { get; init; } = Height;

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
        if (!ExifOrientation.SwapsSides(origin)) return this with { Pixels = upright };
        return new DecodedPicture(upright, Height, Width, Warning)
        {
            Reduction = Reduction,
            FullWidth = FullHeight,
            FullHeight = FullWidth,
        };
    }
}
