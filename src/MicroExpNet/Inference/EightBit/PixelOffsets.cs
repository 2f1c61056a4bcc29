using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Inference.Steps;

namespace MicroExpNet.Inference.EightBit;

/// <summary>Where a convolution's outputs lie, and where the values start that they are computed from.</summary>
internal readonly struct PixelOffsets
{
    /// <summary>Of each output the first value that its window covers; where a 2×2 max pool follows, of each of the four.</summary>
    public readonly int[] Inputs;

    /// <summary>Of each output its first channel.</summary>
    public readonly int[] Outputs;

    /// <summary>Computes the offsets.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="fused">What it reads and writes.</param>
    public PixelOffsets(Convolution layer, FusedLayer fused)
    {
        Region input = fused.Input, output = fused.Output;
        Window window = layer.Window;
        TensorShape own = layer.OutputShape;
        int step = fused.Pools ? 2 : 1;
        Inputs = new int[output.Shape.Height * output.Shape.Width * step * step];
        Outputs = new int[output.Shape.Height * output.Shape.Width];
        for (int y = 0, pixel = 0, at = 0; y < output.Shape.Height; y++)
        {
            for (int x = 0; x < output.Shape.Width; x++)
            {
                Outputs[pixel++] = (y * output.RowStride) + (x * output.PixelStride);
                for (int i = 0; i < step * step; i++)
                {
                    // A window that reaches past the edge reads the last row or column twice, which changes no maximum.
                    int row = Math.Min((y * step) + (i / 2), own.Height - 1), column = Math.Min((x * step) + (i % 2), own.Width - 1);
                    Inputs[at++] = (row * window.StrideY * input.RowStride) + (column * window.StrideX * input.PixelStride);
                }
            }
        }
    }
}
