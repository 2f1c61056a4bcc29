using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference;

/// <summary>Hard-swish of each value, row by row.</summary>
internal sealed unsafe class HardSwishStep<TLanes, TVector>(Region input, Region output) : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public override void Run(float* scratch)
    {
        int length = input.Shape.Width * input.Shape.Channels;
        for (int y = 0; y < input.Shape.Height; y++)
        {
            float* from = scratch + input.Offset + (y * input.RowStride);
            float* to = scratch + output.Offset + (y * output.RowStride);
            int done = RunRow<TLanes, TVector>(from, to, length, 0);
            RunRow<PlainLanes, float>(from, to, length, done);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int RunRow<TL, TV>(float* from, float* to, int length, int first)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        TV sixth = TL.Broadcast(1f / 6), half = TL.Broadcast(0.5f), zero = TL.Broadcast(0), one = TL.Broadcast(1);
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count)
        {
            TV x = TL.Load(from + i);
            TL.Store(TL.Multiply(x, TL.Min(TL.Max(TL.MultiplyAdd(x, sixth, half), zero), one)), to + i);
        }

        return i;
    }
}
