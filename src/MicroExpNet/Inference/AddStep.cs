using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference;

/// <summary>The sum of two regions of the same shape, with an activation.</summary>
internal sealed unsafe class AddStep<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private readonly Region _first;
    private readonly Region _second;
    private readonly Region _output;
    private readonly Clamp _clamp;

    public AddStep(Region first, Region second, Region output, Clamp clamp)
    {
        _first = first;
        _second = second;
        _output = output;
        _clamp = clamp;
    }

    public override void Run(float* scratch)
    {
        int length = _output.Shape.Width * _output.Shape.Channels;
        for (int y = 0; y < _output.Shape.Height; y++)
        {
            float* first = scratch + _first.Offset + (y * _first.RowStride);
            float* second = scratch + _second.Offset + (y * _second.RowStride);
            float* to = scratch + _output.Offset + (y * _output.RowStride);
            int done = RunRow<TLanes, TVector>(first, second, to, length, 0);
            RunRow<PlainLanes, float>(first, second, to, length, done);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunRow<TL, TV>(float* first, float* second, float* to, int length, int start)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        TV minimum = TL.Broadcast(_clamp.Minimum);
        TV maximum = TL.Broadcast(_clamp.Maximum);
        int i = start;
        for (; i + TL.Count <= length; i += TL.Count)
        {
            TL.Store(TL.Min(TL.Max(TL.Add(TL.Load(first + i), TL.Load(second + i)), minimum), maximum), to + i);
        }

        return i;
    }
}
