using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>
/// A layer that computes each value by itself, in floats: from bytes or floats to bytes or floats, with an activation's bounds. A copy from
/// one to the other is also what turns floats into bytes and back.
/// </summary>
/// <param name="kind">What is computed.</param>
/// <param name="input">What it reads.</param>
/// <param name="other">What is added; for other kinds the input once more.</param>
/// <param name="output">Where it writes; a vector of an image takes its rows one behind another.</param>
/// <param name="clamp">The bounds.</param>
internal sealed unsafe class PointwiseStep<TLanes, TVector>(PointwiseKind kind, Place input, Place other, Place output, Clamp clamp) : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public override void Run(float* scratch)
    {
        int length = input.Shape.Width * input.Shape.Channels;
        int outputStride = output.Shape == input.Shape ? output.RowStride : length;
        for (int y = 0; y < input.Shape.Height; y++)
        {
            int from = input.Offset + (y * input.RowStride), also = other.Offset + (y * other.RowStride), to = output.Offset + (y * outputStride);
            int done = RunRow<TLanes, TVector>(scratch, from, also, to, length, 0);
            RunRow<PlainLanes, float>(scratch, from, also, to, length, done);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int RunRow<TL, TV>(float* scratch, int from, int also, int to, int length, int first)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        (float minimum, float maximum, float shift) = output.Bounds(clamp);
        float inverse = output.Quantization is { } quantization ? 1 / quantization.Scale : 1;
        TV least = TL.Broadcast(minimum), greatest = TL.Broadcast(maximum), zero = TL.Broadcast(shift), steps = TL.Broadcast(inverse);
        int i = first;
        for (; i + TL.Count <= length; i += TL.Count)
        {
            TV value = Read<TL, TV>(scratch, input, from + i);
            if (kind == PointwiseKind.Add) value = TL.Add(value, Read<TL, TV>(scratch, other, also + i));
            else if (kind == PointwiseKind.HardSwish) value = HardSwish<TL, TV>(value);
            if (output.HasBytes) TL.StoreBytes(TL.Min(TL.Max(TL.Multiply(value, steps), least), greatest), zero, (byte*)scratch + to + i);
            else TL.Store(TL.Min(TL.Max(value, least), greatest), scratch + to + i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Read<TL, TV>(float* scratch, Place place, int at)
        where TL : struct, ILanes<TV>
        where TV : unmanaged
    {
        if (place.Quantization is not { } quantization) return TL.Load(scratch + at);
        return TL.Multiply(TL.Add(TL.LoadBytes((byte*)scratch + at), TL.Broadcast(-quantization.ZeroPoint)), TL.Broadcast(quantization.Scale));
    }

    // Not fused, so that all processors, and the end of a row, get the same bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV HardSwish<TL, TV>(TV value)
        where TL : struct, ILanes<TV>
        where TV : unmanaged =>
        TL.Multiply(value, TL.Min(TL.Max(TL.Add(TL.Multiply(value, TL.Broadcast(1f / 6)), TL.Broadcast(0.5f)), TL.Broadcast(0)), TL.Broadcast(1)));
}
