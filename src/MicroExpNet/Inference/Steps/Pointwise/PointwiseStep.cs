using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// Computes each value of its output from the same value of its input, in floats. Input and output may each be floats or bytes; bytes are
/// dequantised when read and quantised when written.
/// </summary>
/// <param name="function">The function.</param>
/// <param name="input">What it reads.</param>
/// <param name="output">Where it writes; a vector made of an image takes the image's rows one after another.</param>
/// <param name="range">Bounds on the function's values.</param>
internal sealed unsafe class PointwiseStep<TLanes, TVector, TFunction>(
    TFunction function, Region input, Region output, ActivationRange range) : Step
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
    where TFunction : struct, IPointwiseFunction
{
    public override void Run(float* scratch)
    {
        int length = input.Shape.Width * input.Shape.Channels;
        int outputStride = output.Shape == input.Shape ? output.RowStride : length;
        for (int y = 0; y < input.Shape.Height; y++)
        {
            int from = input.Offset + (y * input.RowStride), to = output.Offset + (y * outputStride);
            int done = RunRow<TLanes, TVector>(scratch, from, to, length, 0);
            RunRow<PlainLanes, float>(scratch, from, to, length, done);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunRow<TL, TV>(float* scratch, int from, int to, int length, int first)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        RegionWriter<TL, TV> writer = new(output, range);
        TFunction own = function;
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count)
        {
            writer.Store(own.Invoke<TL, TV, float>(RegionReader.Load<TL, TV>(scratch, input, from + i)), scratch, to + i);
        }

        return i;
    }
}
