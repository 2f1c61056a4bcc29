using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Memory;

/// <summary>
/// The part of the scratch memory that holds one layer's output: floats, or bytes where the output is quantised. The image has a border
/// as wide as the padding of the convolutions that read it, so that these need no bounds checks and no padded copy.
/// </summary>
internal readonly struct Region(int offset, int rowStride, TensorShape shape, Padding border, TensorQuantization? quantization)
{
    /// <summary>Offset of the image's first value from the start of the scratch memory, in values (floats or bytes).</summary>
    public readonly int Offset = offset;

    /// <summary>Values from one row to the next.</summary>
    public int RowStride { get; init; } = rowStride;

    /// <summary>The image, without its border.</summary>
    public TensorShape Shape { get; init; } = shape;

    /// <summary>Rows and columns around the image.</summary>
    public Padding Border { get; init; } = border;

    /// <summary>Scale and zero point of the bytes; null for floats.</summary>
    public readonly TensorQuantization? Quantization = quantization;

    /// <summary>Values from one pixel to the next.</summary>
    public int PixelStride => Shape.Channels;

    /// <summary>Whether the values are bytes, not floats.</summary>
    public bool HasBytes => Quantization is not null;

    /// <summary>Whether nothing lies between the image's rows.</summary>
    public bool IsPacked => RowStride == Shape.Width * Shape.Channels || Shape.Height == 1;

    /// <summary>Whether the border holds bytes that stand for 0 but are not 0, so that zeroed memory does not do.</summary>
    public bool NeedsFilledBorder => Quantization is { ZeroPoint: not 0 } && Border != default;

    /// <summary>
    /// An activation's bounds in the units that are stored: of floats as they are; of bytes divided by the scale and clipped to what a byte
    /// can hold, before the zero point is added.
    /// </summary>
    /// <param name="range">The activation's bounds.</param>
    public (float Minimum, float Maximum, float ZeroPoint) Bounds(ActivationRange range)
    {
        if (Quantization is not { } to) return (range.Minimum, range.Maximum, 0);
        float minimum = Math.Max(-to.ZeroPoint, MathF.Round(range.Minimum / to.Scale));
        float maximum = Math.Clamp(MathF.Round(range.Maximum / to.Scale), -to.ZeroPoint, byte.MaxValue - to.ZeroPoint);
        return (minimum, maximum, to.ZeroPoint);
    }

    /// <summary>Where the runs of values that a window covers start, from its first value.</summary>
    /// <param name="window">The window.</param>
    /// <param name="wholeRows">Whether a run is a row of the window; otherwise each pixel is one.</param>
    public int[] RunStarts(Window window, bool wholeRows)
    {
        int columns = wholeRows ? 1 : window.Width;
        int[] starts = new int[window.Height * columns];
        for (int i = 0; i < starts.Length; i++) starts[i] = (i / columns * RowStride) + (i % columns * PixelStride);
        return starts;
    }

    /// <summary>Fills the border with what stands for 0.</summary>
    /// <param name="scratch">The start of the scratch memory.</param>
    /// <param name="slack">Bytes after the region that are filled, too.</param>
    public unsafe void FillBorder(float* scratch, int slack)
    {
        byte zero = Quantization?.ZeroPoint ?? 0;
        int size = HasBytes ? sizeof(byte) : sizeof(float), stride = RowStride * size;
        int length = Shape.Width * Shape.Channels * size, left = Border.Left * Shape.Channels * size;
        byte* first = (byte*)scratch + ((nint)Offset * size) - left;
        for (int y = Border == default ? Shape.Height : -Border.Top; y < Shape.Height + Border.Bottom; y++)
        {
            Span<byte> row = new(first + ((nint)y * stride), stride);
            if (y < 0 || y >= Shape.Height)
            {
                row.Fill(zero);
                continue;
            }

            row[..left].Fill(zero);
            row[(left + length)..].Fill(zero);
        }

        new Span<byte>(first + ((nint)(Shape.Height + Border.Bottom) * stride), slack).Fill(zero);
    }
}
