using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary><c>x</c> where it is 0 or more, <c>alpha · (exp(x) − 1)</c> below.</summary>
/// <param name="alpha">The factor below 0.</param>
internal readonly struct EluFunction(float alpha) : IPointwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        TLanes.SelectLess(
            x, TLanes.Broadcast(TElement.Zero),
            TLanes.Multiply(TLanes.Broadcast(TElement.CreateChecked(alpha)), Exponential.MinusOne<TLanes, TVector, TElement>(x)), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector one = TLanes.Broadcast(TElement.One), exponential = Exponential.Of<TLanes, TVector, TElement>(x);
        return TLanes.SelectLess(
            x, TLanes.Broadcast(TElement.Zero), TLanes.Multiply(TLanes.Broadcast(TElement.CreateChecked(alpha)), exponential), one);
    }
}
