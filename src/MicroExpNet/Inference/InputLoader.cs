using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>Copies images of floats or bytes into the input region, which holds floats or, in an 8-bit network, bytes.</summary>
/// <param name="region">The input region.</param>
internal abstract unsafe class InputLoader(Region region)
{
    /// <summary>The input region.</summary>
    public Region Region => region;

    private int RowLength => region.Shape.Width * region.Shape.Channels;

    /// <inheritdoc cref="InferencePlan.LoadInput(ReadOnlySpan{float}, AlignedMemory{float})"/>
    public void Load(ReadOnlySpan<float> image, AlignedMemory<float> scratch)
    {
        int length = RowLength;
        fixed (float* from = image[..(region.Shape.Height * length)])
        {
            if (region.Quantization is { } quantization)
            {
                Quantize(from, (byte*)scratch.Pointer + region.Offset, length, quantization);
            }
            else
            {
                for (int y = 0; y < region.Shape.Height; y++)
                {
                    new ReadOnlySpan<float>(from + (y * length), length).CopyTo(FloatRow(scratch, y));
                }
            }
        }

        GC.KeepAlive(scratch);
    }

    /// <inheritdoc cref="InferencePlan.LoadInput(ReadOnlySpan{byte}, int, int, int, float, float, AlignedMemory{float})"/>
    public void Load(ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch)
    {
        int length = width * region.Shape.Channels, before = margin * region.Shape.Channels;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(margin + height, region.Shape.Height, nameof(height));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(before + length, RowLength, nameof(width));
        if (length < RowLength || height < region.Shape.Height) ClearAround(margin, height, before, length, scratch);
        fixed (byte* from = image[..(height * length)])
        {
            int first = region.Offset + (margin * region.RowStride) + before;
            if (region.Quantization is { } quantization)
            {
                Requantize(from, (byte*)scratch.Pointer + first, height, length, scale, offset, quantization);
            }
            else
            {
                Scale(from, scratch.Pointer + first, height, length, scale, offset);
            }
        }

        GC.KeepAlive(scratch);
    }

    // An image that is smaller than the input has zeros around it.
    private void ClearAround(int margin, int height, int before, int length, AlignedMemory<float> scratch)
    {
        for (int y = 0; y < region.Shape.Height; y++)
        {
            int end = y >= margin && y < margin + height ? before + length : 0, start = end > 0 ? before : 0;
            if (region.Quantization is { } quantization)
            {
                Span<byte> row = ByteRow(scratch, y);
                row[..start].Fill(quantization.ZeroPoint);
                row[end..].Fill(quantization.ZeroPoint);
            }
            else
            {
                Span<float> row = FloatRow(scratch, y);
                row[..start].Clear();
                row[end..].Clear();
            }
        }
    }

    private Span<float> FloatRow(AlignedMemory<float> scratch, int y) =>
        scratch.Span.Slice(region.Offset + (y * region.RowStride), RowLength);

    private Span<byte> ByteRow(AlignedMemory<float> scratch, int y) =>
        new((byte*)scratch.Pointer + region.Offset + (y * region.RowStride), RowLength);

    // Where a pixel is stored as its own number, as in all models made by this library unless they level their crops, rows are copied.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Requantize(byte* from, byte* to, int rows, int length, float scale, float offset, TensorQuantization quantization)
    {
        bool copies = quantization.Scale == scale && quantization.ZeroPoint * scale == -offset;
        byte* table = stackalloc byte[256];
        for (int i = 0; i < 256 && !copies; i++) table[i] = quantization.Quantize((i * scale) + offset);
        for (int y = 0; y < rows; y++, from += length, to += region.RowStride)
        {
            if (copies) new ReadOnlySpan<byte>(from, length).CopyTo(new Span<byte>(to, length));
            else for (int i = 0; i < length; i++) to[i] = table[from[i]];
        }
    }

    /// <summary>Copies all rows and quantises their values.</summary>
    /// <param name="from">The image.</param>
    /// <param name="to">Where its first value goes.</param>
    /// <param name="length">Values in a row.</param>
    /// <param name="quantization">Scale and zero point.</param>
    protected abstract void Quantize(float* from, byte* to, int length, TensorQuantization quantization);

    /// <summary>Copies rows of bytes and scales their values.</summary>
    /// <param name="from">The image.</param>
    /// <param name="to">Where its first value goes.</param>
    /// <param name="rows">Rows of the image.</param>
    /// <param name="length">Values in a row.</param>
    /// <param name="scale">What a value is multiplied by.</param>
    /// <param name="offset">What is added to it.</param>
    protected abstract void Scale(byte* from, float* to, int rows, int length, float scale, float offset);
}
