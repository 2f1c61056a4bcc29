using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.Steps;

/// <summary>A depthwise convolution (one filter for each channel) with bias and activation, a vector of channels at a time.</summary>
internal sealed unsafe class DepthwiseStep<TLanes, TVector> : Step
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    private readonly AlignedMemory<float> _weights;
    private readonly AlignedMemory<float> _biases;
    private readonly ActivationRange _range;
    private readonly Convolution _layer;
    private readonly Region _input;
    private readonly Region _output;

    public DepthwiseStep(Convolution layer, LayerParameters parameters, FusedLayer fused)
    {
        // [rows, columns, 1, channels] is the order in which the kernel reads.
        _weights = new AlignedMemory<float>(parameters.Weights.Length);
        parameters.Weights.CopyTo(_weights.Span);
        _biases = new AlignedMemory<float>(parameters.Biases.Length);
        parameters.Biases.CopyTo(_biases.Span);
        _layer = layer;
        _range = fused.Range;
        _input = fused.Input;
        _output = fused.Output;
    }

    public override void Run(float* scratch)
    {
        int done = RunChannels<TLanes, TVector>(scratch, 0);
        RunChannels<PlainLanes, float>(scratch, done);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunChannels<TL, TV>(float* scratch, int first)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        int channels = _output.Shape.Channels;
        if (first + TL.Count > channels) return first;
        Window window = _layer.Window;
        TV minimum = TL.Broadcast(_range.Minimum);
        TV maximum = TL.Broadcast(_range.Maximum);
        float* input = scratch + _input.Offset - (_layer.Padding.Top * _input.RowStride) - (_layer.Padding.Left * channels);
        for (int y = 0; y < _output.Shape.Height; y++)
        {
            for (int x = 0; x < _output.Shape.Width; x++)
            {
                float* corner = input + (y * window.StrideY * _input.RowStride) + (x * window.StrideX * channels);
                float* output = scratch + _output.Offset + (y * _output.RowStride) + (x * channels);
                for (int channel = first; channel + TL.Count <= channels; channel += TL.Count)
                {
                    TV sum = TL.Load(_biases.Pointer + channel);
                    float* weights = _weights.Pointer + channel;
                    for (int row = 0; row < window.Height; row++)
                    {
                        float* values = corner + (row * _input.RowStride) + channel;
                        for (int column = 0; column < window.Width; column++)
                        {
                            sum = TL.MultiplyAdd(TL.Load(values), TL.Load(weights), sum);
                            values += channels;
                            weights += channels;
                        }
                    }

                    TL.Store(TL.Min(TL.Max(sum, minimum), maximum), output + channel);
                }
            }
        }

        return channels - ((channels - first) % TL.Count);
    }
}
