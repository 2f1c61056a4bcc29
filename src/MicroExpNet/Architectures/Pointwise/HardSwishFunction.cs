using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary><c>x · min(max(x / 6 + ½, 0), 1)</c>; its derivative is <c>x / 3 + ½</c> between −3 and 3.</summary>
internal readonly struct HardSwishFunction : IPointwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector gate = TLanes.Add(
            TLanes.Multiply(x, TLanes.Broadcast(TElement.One / TElement.CreateChecked(6))), TLanes.Broadcast(TElement.CreateChecked(0.5)));
        return TLanes.Multiply(x, TLanes.Min(TLanes.Max(gate, TLanes.Broadcast(TElement.Zero)), TLanes.Broadcast(TElement.One)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector zero = TLanes.Broadcast(TElement.Zero), one = TLanes.Broadcast(TElement.One);
        TVector three = TLanes.Broadcast(TElement.CreateChecked(3));
        TVector between = TLanes.Add(
            TLanes.Multiply(x, TLanes.Broadcast(TElement.One / TElement.CreateChecked(3))), TLanes.Broadcast(TElement.CreateChecked(0.5)));
        return TLanes.SelectLess(TLanes.Subtract(zero, three), x, TLanes.SelectLess(x, three, between, one), zero);
    }
}
