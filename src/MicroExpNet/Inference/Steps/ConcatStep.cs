using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>Writes the channels of several images one after another. Inputs and output may each be floats or bytes.</summary>
/// <param name="inputs">The images, all of one height and width.</param>
/// <param name="output">Where they go.</param>
internal sealed unsafe class ConcatStep<TLanes, TVector>(Region[] inputs, Region output) : Step
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    public override void Run(float* scratch)
    {
        int channel = 0;
        foreach (Region input in inputs)
        {
            int channels = input.Shape.Channels;
            for (int y = 0; y < input.Shape.Height; y++)
            {
                for (int x = 0; x < input.Shape.Width; x++)
                {
                    int from = input.Offset + (y * input.RowStride) + (x * input.PixelStride);
                    int to = output.Offset + (y * output.RowStride) + (x * output.PixelStride) + channel;
                    int done = Copy<TLanes, TVector>(scratch, input, from, to, channels, 0);
                    Copy<PlainLanes, float>(scratch, input, from, to, channels, done);
                }
            }

            channel += channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Copy<TL, TV>(float* scratch, in Region input, int from, int to, int length, int first)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        RegionWriter<TL, TV> writer = new(output, ActivationRange.None);
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count) writer.Store(RegionReader.Load<TL, TV>(scratch, input, from + i), scratch, to + i);
        return i;
    }
}
