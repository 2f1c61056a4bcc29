using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// An average pool, or a max pool whose output does not mean the same as its input, value by value: from bytes or floats to bytes or floats.
/// These layers are small; places outside the image are left out.
/// </summary>
/// <param name="kind">What is computed of a window.</param>
/// <param name="window">The window.</param>
/// <param name="padding">The padding, which counts in averages of the whole window.</param>
/// <param name="input">What it reads.</param>
/// <param name="output">Where it writes.</param>
internal sealed unsafe class WindowStep(PoolKind kind, Window window, Padding padding, Place input, Place output) : Step
{
    public override void Run(float* scratch)
    {
        for (int y = 0; y < output.Shape.Height; y++)
        {
            int top = (y * window.StrideY) - padding.Top, bottom = Math.Min(top + window.Height, input.Shape.Height);
            int rows = Math.Min(window.Height, input.Shape.Height + padding.Top + padding.Bottom - (y * window.StrideY));
            for (int x = 0; x < output.Shape.Width; x++)
            {
                int left = (x * window.StrideX) - padding.Left, right = Math.Min(left + window.Width, input.Shape.Width);
                int columns = Math.Min(window.Width, input.Shape.Width + padding.Left + padding.Right - (x * window.StrideX));
                for (int channel = 0; channel < output.Shape.Channels; channel++)
                {
                    float value = Of(scratch, Math.Max(top, 0), bottom, Math.Max(left, 0), right, channel, rows * columns);
                    int to = output.Offset + (y * output.RowStride) + (x * output.PixelStride) + channel;
                    if (output.Quantization is { } quantization) ((byte*)scratch)[to] = quantization.Quantize(value);
                    else scratch[to] = value;
                }
            }
        }
    }

    private float Of(float* scratch, int top, int bottom, int left, int right, int channel, int places)
    {
        float max = float.NegativeInfinity, sum = 0;
        for (int row = top; row < bottom; row++)
        {
            for (int column = left; column < right; column++)
            {
                int at = input.Offset + (row * input.RowStride) + (column * input.PixelStride) + channel;
                float value = input.Quantization is { } quantization ? quantization.Dequantize(((byte*)scratch)[at]) : scratch[at];
                max = Math.Max(max, value);
                sum += value;
            }
        }

        if (kind == PoolKind.Max) return max;
        return sum / (kind == PoolKind.AverageOfWindow ? places : (bottom - top) * (right - left));
    }
}
