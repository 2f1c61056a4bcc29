using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary><c>min(max(alpha · x + beta, 0), 1)</c>.</summary>
/// <param name="alpha">The factor of x.</param>
/// <param name="beta">The value at 0.</param>
internal readonly struct HardSigmoidFunction(float alpha, float beta) : IPointwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        TLanes.Min(TLanes.Broadcast(TElement.One), TLanes.Max(TLanes.Broadcast(TElement.Zero), Line<TLanes, TVector, TElement>(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector zero = TLanes.Broadcast(TElement.Zero), line = Line<TLanes, TVector, TElement>(x);
        TVector between = TLanes.SelectLess(line, TLanes.Broadcast(TElement.One), TLanes.Broadcast(TElement.CreateChecked(alpha)), zero);
        return TLanes.SelectLess(zero, line, between, zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Line<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        TLanes.Add(TLanes.Multiply(x, TLanes.Broadcast(TElement.CreateChecked(alpha))), TLanes.Broadcast(TElement.CreateChecked(beta)));
}
