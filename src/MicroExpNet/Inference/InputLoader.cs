using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>Copies images of floats or bytes into the input region, which holds floats or, in an 8-bit network, bytes.</summary>
/// <param name="input">The input region.</param>
internal sealed unsafe class InputLoader<TLanes, TVector>(Region input)
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>The input region.</summary>
    public Region Input => input;

    private int RowLength => input.Shape.Width * input.Shape.Channels;

    /// <inheritdoc cref="InferencePlan.LoadInput(ReadOnlySpan{float}, AlignedMemory{float})"/>
    public void Load(ReadOnlySpan<float> image, AlignedMemory<float> scratch)
    {
        for (int y = 0; y < input.Shape.Height; y++)
        {
            ReadOnlySpan<float> row = image.Slice(y * RowLength, RowLength);
            if (input.Quantization is { } quantization) Quantize(row, ByteRow(scratch, y), quantization);
            else row.CopyTo(FloatRow(scratch, y));
        }

        GC.KeepAlive(scratch);
    }

    /// <inheritdoc cref="InferencePlan.LoadInput(ReadOnlySpan{byte}, int, int, int, float, float, AlignedMemory{float})"/>
    public void Load(ReadOnlySpan<byte> image, int height, int width, int margin, float scale, float offset, AlignedMemory<float> scratch)
    {
        int length = width * input.Shape.Channels, before = margin * input.Shape.Channels;
        for (int y = 0; y < input.Shape.Height; y++)
        {
            bool inside = y >= margin && y < margin + height;
            ReadOnlySpan<byte> pixels = inside ? image.Slice((y - margin) * length, length) : [];
            if (input.Quantization is { } quantization)
            {
                Span<byte> row = ByteRow(scratch, y);
                if (!inside || length < row.Length) row.Fill(quantization.ZeroPoint);
                Requantize(pixels, row[before..], scale, offset, quantization);
            }
            else
            {
                Span<float> row = FloatRow(scratch, y);
                Scale(pixels, row[before..], scale, offset);
                row[..before].Clear();
                row[(before + pixels.Length)..].Clear();
            }
        }

        GC.KeepAlive(scratch);
    }

    private Span<float> FloatRow(AlignedMemory<float> scratch, int y) =>
        scratch.Span.Slice(input.Offset + (y * input.RowStride), RowLength);

    private Span<byte> ByteRow(AlignedMemory<float> scratch, int y) =>
        new((byte*)scratch.Pointer + input.Offset + (y * input.RowStride), RowLength);

    // Where a pixel is stored as its own number, as in all models made by this library, rows are copied.
    private static void Requantize(ReadOnlySpan<byte> pixels, Span<byte> row, float scale, float offset, TensorQuantization quantization)
    {
        if (quantization.Scale == scale && quantization.ZeroPoint * scale == -offset) pixels.CopyTo(row);
        else for (int i = 0; i < pixels.Length; i++) row[i] = quantization.Quantize((pixels[i] * scale) + offset);
    }

    private static void Quantize(ReadOnlySpan<float> values, Span<byte> row, TensorQuantization quantization)
    {
        fixed (float* from = values)
        {
            fixed (byte* to = row)
            {
                if (values.Length >= TLanes.Count) Quantize<TLanes, TVector>(from, to, values.Length, quantization);
                else Quantize<PlainLanes, float>(from, to, values.Length, quantization);
            }
        }
    }

    private static void Scale(ReadOnlySpan<byte> pixels, Span<float> row, float scale, float offset)
    {
        fixed (byte* from = pixels)
        {
            fixed (float* to = row)
            {
                int done = Scale<TLanes, TVector>(from, to, pixels.Length, 0, scale, offset);
                Scale<PlainLanes, float>(from, to, pixels.Length, done, scale, offset);
            }
        }
    }

    // Of at least one vector. The last vector ends with the row and may overlap the one before it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Quantize<TL, TV>(float* from, byte* to, int length, TensorQuantization quantization)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        TV inverse = TL.Broadcast(1 / quantization.Scale), zeroPoint = TL.Broadcast(quantization.ZeroPoint);
        TV minimum = TL.Broadcast(-quantization.ZeroPoint), maximum = TL.Broadcast(byte.MaxValue - quantization.ZeroPoint);
        for (int first = 0; first < length; first += TL.Count)
        {
            int i = Math.Min(first, length - TL.Count);
            TL.StoreBytes(TL.Min(TL.Max(TL.Multiply(TL.Load(from + i), inverse), minimum), maximum), zeroPoint, to + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Scale<TL, TV>(byte* from, float* to, int length, int first, float scale, float offset)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        TV scales = TL.Broadcast(scale), offsets = TL.Broadcast(offset);
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count) TL.Store(TL.MultiplyAdd(TL.LoadBytes(from + i), scales, offsets), to + i);
        return i;
    }
}
