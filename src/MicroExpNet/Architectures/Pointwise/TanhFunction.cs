using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary><c>tanh(x)</c>, from <c>e = exp(2x) − 1</c> as <c>e / (e + 2)</c>. In floats within 4·10⁻⁷ of the value itself.</summary>
internal readonly struct TanhFunction : IPointwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector e = Exponential.MinusOne<TLanes, TVector, TElement>(TLanes.Add(x, x));
        return TLanes.Divide(e, TLanes.Add(e, TLanes.Broadcast(TElement.CreateChecked(2))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector value = Invoke<TLanes, TVector, TElement>(x);
        return TLanes.Subtract(TLanes.Broadcast(TElement.One), TLanes.Multiply(value, value));
    }
}
