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
        int length = RowLength;
        fixed (float* from = image[..(input.Shape.Height * length)])
        {
            if (input.Quantization is { } quantization)
            {
                byte* to = (byte*)scratch.Pointer + input.Offset;
                if (length >= TLanes.Count) Quantize<TLanes, TVector>(from, to, length, quantization);
                else Quantize<PlainLanes, float>(from, to, length, quantization);
            }
            else
            {
                for (int y = 0; y < input.Shape.Height; y++)
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
        int length = width * input.Shape.Channels, before = margin * input.Shape.Channels;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(margin + height, input.Shape.Height, nameof(height));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(before + length, RowLength, nameof(width));
        if (length < RowLength || height < input.Shape.Height) ClearAround(margin, height, before, length, scratch);
        fixed (byte* from = image[..(height * length)])
        {
            int first = input.Offset + (margin * input.RowStride) + before;
            if (input.Quantization is { } quantization)
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
        for (int y = 0; y < input.Shape.Height; y++)
        {
            int end = y >= margin && y < margin + height ? before + length : 0, start = end > 0 ? before : 0;
            if (input.Quantization is { } quantization)
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
        scratch.Span.Slice(input.Offset + (y * input.RowStride), RowLength);

    private Span<byte> ByteRow(AlignedMemory<float> scratch, int y) =>
        new((byte*)scratch.Pointer + input.Offset + (y * input.RowStride), RowLength);

    // Where a pixel is stored as its own number, as in all models made by this library unless they level their crops, rows are copied.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Requantize(byte* from, byte* to, int rows, int length, float scale, float offset, TensorQuantization quantization)
    {
        bool copies = quantization.Scale == scale && quantization.ZeroPoint * scale == -offset;
        byte* table = stackalloc byte[256];
        for (int i = 0; i < 256 && !copies; i++) table[i] = quantization.Quantize((i * scale) + offset);
        for (int y = 0; y < rows; y++, from += length, to += input.RowStride)
        {
            if (copies) new ReadOnlySpan<byte>(from, length).CopyTo(new Span<byte>(to, length));
            else for (int i = 0; i < length; i++) to[i] = table[from[i]];
        }
    }

    // Of rows of at least one vector. The last vector ends with the row and may overlap the one before it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Quantize<TL, TV>(float* from, byte* to, int length, TensorQuantization quantization)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        TV inverse = TL.Broadcast(1 / quantization.Scale), zeroPoint = TL.Broadcast(quantization.ZeroPoint);
        TV minimum = TL.Broadcast(-quantization.ZeroPoint), maximum = TL.Broadcast(byte.MaxValue - quantization.ZeroPoint);
        int rows = input.Shape.Height;
        nint stride = input.RowStride;
        for (int y = 0; y < rows; y++, from += length, to += stride)
        {
            for (int first = 0; first < length; first += TL.Count)
            {
                int i = Math.Min(first, length - TL.Count);
                TL.StoreBytes(TL.Min(TL.Max(TL.Multiply(TL.Load(from + i), inverse), minimum), maximum), zeroPoint, to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(byte* from, float* to, int rows, int length, float scale, float offset)
    {
        TVector scales = TLanes.Broadcast(scale), offsets = TLanes.Broadcast(offset);
        nint stride = input.RowStride;
        for (int y = 0; y < rows; y++, from += length, to += stride)
        {
            int i = 0;
            for (; i + TLanes.Count <= length; i += TLanes.Count)
            {
                TLanes.Store(TLanes.MultiplyAdd(TLanes.LoadBytes(from + i), scales, offsets), to + i);
            }

            for (; i < length; i++) to[i] = PlainLanes.MultiplyAdd(from[i], scale, offset);
        }
    }
}
