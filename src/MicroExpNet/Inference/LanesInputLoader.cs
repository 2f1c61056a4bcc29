using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>An <see cref="InputLoader"/> that scales and quantises with an instruction set.</summary>
/// <param name="region">The input region.</param>
internal sealed unsafe class LanesInputLoader<TLanes, TVector>(Region region) : InputLoader(region)
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    protected override void Quantize(float* from, byte* to, int length, TensorQuantization quantization)
    {
        if (length >= TLanes.Count) Quantize<TLanes, TVector>(from, to, length, quantization);
        else Quantize<PlainLanes, float>(from, to, length, quantization);
    }

    // Of rows of at least one vector. The last vector ends with the row and may overlap the one before it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Quantize<TL, TV>(float* from, byte* to, int length, TensorQuantization quantization)
        where TL : struct, IFloatLanes<TV>
        where TV : unmanaged
    {
        TV inverse = TL.Broadcast(1 / quantization.Scale), zeroPoint = TL.Broadcast(quantization.ZeroPoint);
        TV minimum = TL.Broadcast(-quantization.ZeroPoint), maximum = TL.Broadcast(byte.MaxValue - quantization.ZeroPoint);
        int rows = Region.Shape.Height;
        nint stride = Region.RowStride;
        for (int y = 0; y < rows; y++, from += length, to += stride)
        {
            for (int first = 0; first < length; first += TL.Count)
            {
                int i = Math.Min(first, length - TL.Count);
                TL.StoreBytes(TL.Min(TL.Max(TL.Multiply(TL.Load(from + i), inverse), minimum), maximum), zeroPoint, to + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Scale(byte* from, float* to, int rows, int length, float scale, float offset)
    {
        TVector scales = TLanes.Broadcast(scale), offsets = TLanes.Broadcast(offset);
        nint stride = Region.RowStride;
        for (int y = 0; y < rows; y++, from += length, to += stride)
        {
            int i = 0;
            for (; i + TLanes.Count <= length; i += TLanes.Count)
            {
                TLanes.Store(TLanes.MultiplyAdd(TLanes.LoadBytes(from + i), scales, offsets), to + i);
            }

            for (; i < length; i++) to[i] = PlainLanes.MultiplyAdd(from[i], scale, offset);
        }
    }
}
