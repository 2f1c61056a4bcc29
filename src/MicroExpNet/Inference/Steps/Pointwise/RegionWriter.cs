using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Inference.Steps;

/// <summary>Clamps floats and stores them as floats or, where the region is quantised, as bytes.</summary>
internal readonly unsafe struct RegionWriter<TLanes, TVector>
    where TLanes : struct, IFloatLanes<TVector>
    where TVector : unmanaged
{
    private readonly bool _hasBytes;
    private readonly TVector _minimum;
    private readonly TVector _maximum;
    private readonly TVector _zeroPoint;
    private readonly TVector _inverseScale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RegionWriter(in Region region, ActivationRange range)
    {
        (float minimum, float maximum, float zeroPoint) = region.Bounds(range);
        _hasBytes = region.HasBytes;
        _minimum = TLanes.Broadcast(minimum);
        _maximum = TLanes.Broadcast(maximum);
        _zeroPoint = TLanes.Broadcast(zeroPoint);
        _inverseScale = TLanes.Broadcast(region.Quantization is { } quantization ? 1 / quantization.Scale : 1);
    }

    /// <summary>Stores one vector.</summary>
    /// <param name="value">The values.</param>
    /// <param name="scratch">The start of the scratch memory.</param>
    /// <param name="at">The first value's offset, in values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(TVector value, float* scratch, int at)
    {
        if (_hasBytes) TLanes.StoreBytes(Clamped(TLanes.Multiply(value, _inverseScale)), _zeroPoint, (byte*)scratch + at);
        else TLanes.Store(Clamped(value), scratch + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Clamped(TVector value) => TLanes.Min(TLanes.Max(value, _minimum), _maximum);
}
