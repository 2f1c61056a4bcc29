using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Memory;

/// <summary>
/// Where one layer's output lies in the scratch memory: bytes where it is quantised, as in an 8-bit plan, else floats. Bytes have a border
/// as wide as the padding of the convolutions that read them, filled with the number that stands for 0.
/// </summary>
internal readonly struct Place(int offset, int rowStride, TensorShape shape, TensorQuantization? quantization, Padding border)
{
    /// <summary>Of the first value of the image itself, in values.</summary>
    public int Offset { get; init; } = offset;

    /// <summary>Values from one row to the next.</summary>
    public int RowStride { get; init; } = rowStride;

    /// <summary>The image, without its border.</summary>
    public TensorShape Shape { get; init; } = shape;

    /// <summary>What the bytes stand for; null for floats.</summary>
    public TensorQuantization? Quantization { get; init; } = quantization;

    /// <summary>Rows and columns around the image.</summary>
    public Padding Border { get; init; } = border;

    /// <summary>Values from one pixel to the next.</summary>
    public int PixelStride => Shape.Channels;

    public bool HasBytes => Quantization is not null;

    /// <summary>A region of floats as a place.</summary>
    public static Place Of(Region region) => new(region.Offset, region.RowStride, region.Shape, null, default);

    /// <summary>Whether the image lies packed, without a border between its rows.</summary>
    public bool IsPacked => RowStride == Shape.Width * Shape.Channels || Shape.Height == 1;

    /// <summary>Whether bytes of the border stand for 0 though they are not 0, so that new memory will not do.</summary>
    public bool NeedsFilledBorder => Quantization is { ZeroPoint: not 0 } && Border != default;

    /// <summary>
    /// An activation's bounds as this place holds values: of floats as they are, of bytes in steps from the zero point, which is then added.
    /// </summary>
    public (float Minimum, float Maximum, float ZeroPoint) Bounds(Clamp clamp)
    {
        if (Quantization is not { } to) return (clamp.Minimum, clamp.Maximum, 0);
        float minimum = Math.Max(-to.ZeroPoint, MathF.Round(clamp.Minimum / to.Scale)), maximum = Math.Min(byte.MaxValue - to.ZeroPoint, MathF.Round(clamp.Maximum / to.Scale));
        return (minimum, maximum, to.ZeroPoint);
    }

    /// <summary>Fills the border of a place of bytes.</summary>
    /// <param name="scratch">The start of the scratch memory.</param>
    public unsafe void FillBorder(float* scratch)
    {
        byte zero = Quantization!.Value.ZeroPoint;
        int length = Shape.Width * Shape.Channels, left = Border.Left * Shape.Channels;
        byte* first = (byte*)scratch + Offset - left;
        for (int y = -Border.Top; y < Shape.Height + Border.Bottom; y++)
        {
            Span<byte> row = new(first + (y * RowStride), RowStride);
            if (y < 0 || y >= Shape.Height)
            {
                row.Fill(zero);
                continue;
            }

            row[..left].Fill(zero);
            row[(left + length)..].Fill(zero);
        }
    }
}
