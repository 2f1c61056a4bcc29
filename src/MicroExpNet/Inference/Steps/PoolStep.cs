using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A max or average pool, a vector of channels at a time, from floats or bytes to floats or bytes. Pixels outside the image do not take
/// part. (A max pool of bytes that keeps its scale is <see cref="EightBit.BytePoolStep"/>'s.)
/// </summary>
/// <param name="kind">What is computed of a window.</param>
/// <param name="window">The window.</param>
/// <param name="padding">The padding, which counts in averages of the whole window.</param>
/// <param name="input">What it reads.</param>
/// <param name="output">Where it writes.</param>
internal sealed unsafe class PoolStep<TLanes, TVector>(PoolKind kind, Window window, Padding padding, Region input, Region output) : Step
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    public override void Run(float* scratch)
    {
        for (int y = 0; y < output.Shape.Height; y++) RunRow(scratch, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunRow(float* scratch, int y)
    {
        float* part = stackalloc float[TLanes.Count];
        int channels = output.Shape.Channels;
        int top = (y * window.StrideY) - padding.Top, bottom = Math.Min(top + window.Height, input.Shape.Height);
        top = Math.Max(top, 0);
        for (int x = 0; x < output.Shape.Width; x++)
        {
            int left = (x * window.StrideX) - padding.Left, right = Math.Min(left + window.Width, input.Shape.Width);
            left = Math.Max(left, 0);
            int rows = bottom - top, columns = right - left;
            int divisor = kind == PoolKind.AverageOfWindow ? PixelsWithPadding(x, y) : rows * columns;
            int from = input.Offset + (top * input.RowStride) + (left * channels);
            int to = output.Offset + (y * output.RowStride) + (x * channels);
            int channel = 0;
            for (; channel + TLanes.Count <= channels; channel += TLanes.Count)
            {
                TVector value = Reduce<TLanes, TVector>(scratch, from + channel, rows, columns);
                Store<TLanes, TVector>(value, divisor, scratch, to + channel, part);
            }

            for (; channel < channels; channel++)
            {
                float value = Reduce<PlainLanes, float>(scratch, from + channel, rows, columns);
                Store<PlainLanes, float>(value, divisor, scratch, to + channel, part);
            }
        }
    }

    // Where rounding leaves a window that reaches beyond the padding, the pixels beyond do not count.
    private int PixelsWithPadding(int x, int y)
    {
        int rows = Math.Min(window.Height, input.Shape.Height + padding.Top + padding.Bottom - (y * window.StrideY));
        int columns = Math.Min(window.Width, input.Shape.Width + padding.Left + padding.Right - (x * window.StrideX));
        return rows * columns;
    }

    // The window's maximum or sum.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TV Reduce<TL, TV>(float* scratch, int corner, int rows, int columns)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        int channels = input.Shape.Channels;
        TV result = kind == PoolKind.Max ? RegionReader.Load<TL, TV>(scratch, input, corner) : TL.Broadcast(0);
        for (int row = 0; row < rows; row++)
        {
            int at = corner + (row * input.RowStride);
            for (int column = 0; column < columns; column++, at += channels)
            {
                TV value = RegionReader.Load<TL, TV>(scratch, input, at);
                result = kind == PoolKind.Max ? TL.Max(result, value) : TL.Add(result, value);
            }
        }

        return result;
    }

    // Bytes are rounded one by one, as ONNX's QuantizeLinear does: outputs of a pool are few.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store<TL, TV>(TV value, int divisor, float* scratch, int to, float* part)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        if (!input.HasBytes && !output.HasBytes)
        {
            TL.Store(kind == PoolKind.Max ? value : TL.Multiply(value, TL.Broadcast(1f / divisor)), scratch + to);
            return;
        }

        TL.Store(value, part);
        for (int i = 0; i < TL.Count; i++)
        {
            float one = kind == PoolKind.Max ? part[i] : part[i] / divisor;
            if (output.Quantization is { } quantization) ((byte*)scratch)[to + i] = quantization.Quantize(one);
            else scratch[to + i] = one;
        }
    }
}
