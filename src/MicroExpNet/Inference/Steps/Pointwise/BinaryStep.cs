using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// Computes each value of its output from the values at the same position of two inputs, in floats. Inputs and output may each be floats or
/// bytes.
/// </summary>
/// <param name="first">The first input.</param>
/// <param name="second">The second input, of the same shape or <c>[1, 1, channels]</c>.</param>
/// <param name="output">Where it writes, of the first input's shape.</param>
/// <param name="range">Bounds on the function's values.</param>
internal sealed unsafe class BinaryStep<TLanes, TVector, TFunction>(
    Region first, Region second, Region output, ActivationRange range) : Step
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
    where TFunction : struct, IBinaryFunction
{
    public override void Run(float* scratch)
    {
        // One value for each channel meets each pixel; otherwise whole rows meet.
        bool perChannel = second.Shape != first.Shape;
        int pixels = perChannel ? first.Shape.Width : 1;
        int length = perChannel ? first.Shape.Channels : first.Shape.Width * first.Shape.Channels;
        for (int y = 0; y < first.Shape.Height; y++)
        {
            for (int x = 0; x < pixels; x++)
            {
                int from = first.Offset + (y * first.RowStride) + (x * first.PixelStride);
                int other = perChannel ? second.Offset : second.Offset + (y * second.RowStride);
                int to = output.Offset + (y * output.RowStride) + (x * output.PixelStride);
                int done = RunRow<TLanes, TVector>(scratch, from, other, to, length, 0);
                RunRow<PlainLanes, float>(scratch, from, other, to, length, done);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunRow<TL, TV>(float* scratch, int from, int other, int to, int length, int start)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        RegionWriter<TL, TV> writer = new(output, range);
        int i = start;
        for (; i + TL.Count <= length; i += TL.Count)
        {
            TV x = RegionReader.Load<TL, TV>(scratch, first, from + i), y = RegionReader.Load<TL, TV>(scratch, second, other + i);
            writer.Store(TFunction.Invoke<TL, TV>(x, y), scratch, to + i);
        }

        return i;
    }
}
