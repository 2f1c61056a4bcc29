using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary>
/// The error function, <c>2/√π ∫₀ˣ exp(−t²) dt</c>, by Abramowitz and Stegun, Handbook of Mathematical Functions, formula 7.1.26: within
/// 1.5·10⁻⁷, and in floats 4·10⁻⁷, absolute.
/// </summary>
internal readonly struct ErfFunction : IPointwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector zero = TLanes.Broadcast(TElement.Zero), one = TLanes.Broadcast(TElement.One), minusX = TLanes.Subtract(zero, x);
        TVector magnitude = TLanes.Max(minusX, x);
        TVector t = TLanes.Divide(one, TLanes.Add(one, TLanes.Multiply(Constant<TLanes, TVector, TElement>(0.3275911), magnitude)));
        TVector sum = Constant<TLanes, TVector, TElement>(1.061405429);
        sum = TLanes.Add(TLanes.Multiply(sum, t), Constant<TLanes, TVector, TElement>(-1.453152027));
        sum = TLanes.Add(TLanes.Multiply(sum, t), Constant<TLanes, TVector, TElement>(1.421413741));
        sum = TLanes.Add(TLanes.Multiply(sum, t), Constant<TLanes, TVector, TElement>(-0.284496736));
        sum = TLanes.Add(TLanes.Multiply(sum, t), Constant<TLanes, TVector, TElement>(0.254829592));
        TVector value = TLanes.Subtract(one, TLanes.Multiply(TLanes.Multiply(sum, t), Gaussian<TLanes, TVector, TElement>(x)));
        return TLanes.SelectLess(x, zero, TLanes.Subtract(zero, value), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        TLanes.Multiply(Constant<TLanes, TVector, TElement>(2 / 1.7724538509055160), Gaussian<TLanes, TVector, TElement>(x));

    // exp(−x²)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Gaussian<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        Exponential.Of<TLanes, TVector, TElement>(TLanes.Multiply(TLanes.Subtract(TLanes.Broadcast(TElement.Zero), x), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant<TLanes, TVector, TElement>(double value)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        TLanes.Broadcast(TElement.CreateChecked(value));
}
