using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A max pool of bytes whose output has the scale and zero point of its input, so that bytes are compared as they are. Pixels outside the
/// image do not take part.
/// </summary>
/// <param name="window">The window.</param>
/// <param name="padding">The padding.</param>
/// <param name="input">What it reads.</param>
/// <param name="output">Where it writes.</param>
internal sealed unsafe class BytePoolStep(Window window, Padding padding, Region input, Region output) : Step
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(float* scratch)
    {
        int channels = output.Shape.Channels;
        for (int y = 0; y < output.Shape.Height; y++)
        {
            int top = (y * window.StrideY) - padding.Top, bottom = Math.Min(top + window.Height, input.Shape.Height);
            top = Math.Max(top, 0);
            byte* to = (byte*)scratch + output.Offset + (y * output.RowStride);
            for (int x = 0; x < output.Shape.Width; x++, to += channels)
            {
                int left = (x * window.StrideX) - padding.Left, right = Math.Min(left + window.Width, input.Shape.Width);
                left = Math.Max(left, 0);
                Max((byte*)scratch + input.Offset + (top * input.RowStride) + (left * channels), bottom - top, right - left, channels, to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Max(byte* corner, int rows, int columns, int channels, byte* to)
    {
        int channel = 0;
        for (; channel + Vector128<byte>.Count <= channels; channel += Vector128<byte>.Count)
        {
            Vector128<byte> max = Vector128.Load(corner + channel);
            for (int row = 0; row < rows; row++)
            {
                byte* values = corner + (row * input.RowStride) + channel;
                for (int column = 0; column < columns; column++, values += channels) max = Vector128.Max(max, Vector128.Load(values));
            }

            max.Store(to + channel);
        }

        for (; channel < channels; channel++)
        {
            byte max = 0;
            for (int row = 0; row < rows; row++)
            {
                byte* values = corner + (row * input.RowStride) + channel;
                for (int column = 0; column < columns; column++, values += channels) max = Math.Max(max, *values);
            }

            to[channel] = max;
        }
    }
}
