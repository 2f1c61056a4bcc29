using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary><c>x · min(max(x / 6 + ½, 0), 1)</c>.</summary>
internal readonly struct HardSwishFunction : IPointwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TLanes, TVector>(TVector x)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        TVector gate = TLanes.Add(TLanes.Multiply(x, TLanes.Broadcast(1f / 6)), TLanes.Broadcast(0.5f));
        return TLanes.Multiply(x, TLanes.Min(TLanes.Max(gate, TLanes.Broadcast(0)), TLanes.Broadcast(1)));
    }
}
