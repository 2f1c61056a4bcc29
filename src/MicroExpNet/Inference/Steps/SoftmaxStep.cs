using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>Turns each pixel's channels into probabilities.</summary>
internal sealed unsafe class SoftmaxStep : Step
{
    private readonly Region _input;
    private readonly Region _output;

    public SoftmaxStep(Region input, Region output)
    {
        _input = input;
        _output = output;
    }

    public override void Run(float* scratch)
    {
        int channels = _input.Shape.Channels;
        for (int y = 0; y < _input.Shape.Height; y++)
        {
            for (int x = 0; x < _input.Shape.Width; x++)
            {
                ReadOnlySpan<float> logits = new(scratch + _input.Offset + (y * _input.RowStride) + (x * channels), channels);
                SoftmaxFunction.Apply(logits, new Span<float>(scratch + _output.Offset + (y * _output.RowStride) + (x * channels), channels));
            }
        }
    }
}
