using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>Reads values as floats, whether they are stored as floats or as bytes.</summary>
internal static unsafe class RegionReader
{
    /// <summary>Loads one vector.</summary>
    /// <param name="scratch">The start of the scratch memory.</param>
    /// <param name="region">Where the values lie.</param>
    /// <param name="at">The first value's offset, in values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TLanes, TVector>(float* scratch, in Region region, int at)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        if (region.Quantization is not { } quantization) return TLanes.Load(scratch + at);
        TVector numbers = TLanes.LoadBytes((byte*)scratch + at);
        return TLanes.Multiply(TLanes.Add(numbers, TLanes.Broadcast(-quantization.ZeroPoint)), TLanes.Broadcast(quantization.Scale));
    }
}
