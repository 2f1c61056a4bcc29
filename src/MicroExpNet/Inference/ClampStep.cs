using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference;

/// <summary>Copies a region to another with an activation on the way; with <see cref="Clamp.None"/>, a plain copy.</summary>
internal sealed unsafe class ClampStep<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private readonly Region _input;
    private readonly Region _output;
    private readonly Clamp _clamp;

    public ClampStep(Region input, Region output, Clamp clamp)
    {
        _input = input;
        _output = output;
        _clamp = clamp;
    }

    public override void Run(float* scratch)
    {
        int length = _input.Shape.Width * _input.Shape.Channels;

        // A flattened image is one row, so its rows follow each other there.
        int outputStride = _output.Shape == _input.Shape ? _output.RowStride : length;
        for (int y = 0; y < _input.Shape.Height; y++)
        {
            float* from = scratch + _input.Offset + (y * _input.RowStride);
            float* to = scratch + _output.Offset + (y * outputStride);
            int done = RunRow<TLanes, TVector>(from, to, length, 0);
            RunRow<PlainLanes, float>(from, to, length, done);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunRow<TL, TV>(float* from, float* to, int length, int first)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        TV minimum = TL.Broadcast(_clamp.Minimum);
        TV maximum = TL.Broadcast(_clamp.Maximum);
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count) TL.Store(TL.Min(TL.Max(TL.Load(from + i), minimum), maximum), to + i);
        return i;
    }
}
