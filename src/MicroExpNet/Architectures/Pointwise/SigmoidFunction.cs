using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary>
/// <c>1 / (1 + exp(−x))</c>. In floats within 4·10⁻⁷ of the value itself, from −88 on; below that it stays at 6·10⁻³⁹.
/// </summary>
internal readonly struct SigmoidFunction : IPointwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector one = TLanes.Broadcast(TElement.One), minusX = TLanes.Subtract(TLanes.Broadcast(TElement.Zero), x);
        return TLanes.Divide(one, TLanes.Add(one, Exponential.Of<TLanes, TVector, TElement>(minusX)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector value = Invoke<TLanes, TVector, TElement>(x);
        return TLanes.Multiply(value, TLanes.Subtract(TLanes.Broadcast(TElement.One), value));
    }
}
