using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>Computes probabilities, or their logarithms, from each pixel's channels.</summary>
/// <param name="input">The logits, floats.</param>
/// <param name="output">Where the results go, floats.</param>
/// <param name="function">Computes the results of one pixel's logits.</param>
internal sealed unsafe class SoftmaxStep(Region input, Region output, SoftmaxFunction.Apply function) : Step
{
    public override void Run(float* scratch)
    {
        int channels = input.Shape.Channels;
        for (int y = 0; y < input.Shape.Height; y++)
        {
            for (int x = 0; x < input.Shape.Width; x++)
            {
                ReadOnlySpan<float> logits = new(scratch + input.Offset + (y * input.RowStride) + (x * channels), channels);
                function(logits, new Span<float>(scratch + output.Offset + (y * output.RowStride) + (x * channels), channels));
            }
        }
    }
}
