using System.Numerics;
using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary>The exponential function of vectors, from which the smooth activations are made.</summary>
internal static class Exponential
{
    // Beyond these, the powers of 2 leave the range of floats.
    private const double Min = -87, Max = 88;

    /// <summary>
    /// <c>exp(x)</c>. The relative error is below 3·10⁻⁷ in floats and 10⁻¹⁵ in doubles for x from −87 to 88, to which other arguments are
    /// clamped; a NaN stays one. The bits are the same on all processors.
    /// </summary>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector power = Reduce<TLanes, TVector, TElement>(x, out TVector q);
        return TLanes.Add(TLanes.Multiply(power, q), power);
    }

    /// <summary><c>exp(x) − 1</c>, as exactly as <see cref="Of"/> near 0 too.</summary>
    /// <param name="x">The arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MinusOne<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        TVector power = Reduce<TLanes, TVector, TElement>(x, out TVector q);
        return TLanes.Add(TLanes.Multiply(power, q), TLanes.Subtract(power, TLanes.Broadcast(TElement.One)));
    }

    /// <summary><c>exp(x) = 2ⁿ (1 + q)</c>.</summary>
    /// <remarks>
    /// <c>x = n ln 2 + r</c> with a whole n and |r| ≤ ½ ln 2 (Cody and Waite: ln 2 is split in two, so that n times the first part is
    /// exact), and <c>q = exp(r) − 1</c> by its Taylor series.
    /// </remarks>
    /// <returns>2ⁿ.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce<TLanes, TVector, TElement>(TVector x, out TVector q)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
    {
        // Bounds come first: where an argument is no number, minimum and maximum are their second operand.
        x = TLanes.Min(Constant<TLanes, TVector, TElement>(Max), TLanes.Max(Constant<TLanes, TVector, TElement>(Min), x));

        // Adding and subtracting 1.5 · 2²³ (of doubles 1.5 · 2⁵²) rounds to a whole number.
        TVector round = Constant<TLanes, TVector, TElement>(typeof(TElement) == typeof(float) ? 12582912.0 : 6755399441055744.0);
        TVector n = TLanes.Subtract(TLanes.Add(TLanes.Multiply(x, Constant<TLanes, TVector, TElement>(1.4426950408889634)), round), round);
        TVector r = TLanes.Subtract(x, TLanes.Multiply(n, Constant<TLanes, TVector, TElement>(0.693359375)));
        r = TLanes.Subtract(r, TLanes.Multiply(n, Constant<TLanes, TVector, TElement>(-2.1219444005469058277e-4)));

        TVector sum = Constant<TLanes, TVector, TElement>(1.0 / 5040);
        if (typeof(TElement) == typeof(double))
        {
            sum = Constant<TLanes, TVector, TElement>(1.0 / 87178291200);
            sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 6227020800);
            sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 479001600);
            sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 39916800);
            sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 3628800);
            sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 362880);
            sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 40320);
            sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 5040);
        }

        sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 720);
        sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 120);
        sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 24);
        sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 6);
        sum = Next<TLanes, TVector, TElement>(sum, r, 1.0 / 2);
        q = TLanes.Add(r, TLanes.Multiply(TLanes.Multiply(r, r), sum));
        return TLanes.PowerOfTwo(n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Next<TLanes, TVector, TElement>(TVector sum, TVector r, double coefficient)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        TLanes.Add(TLanes.Multiply(sum, r), Constant<TLanes, TVector, TElement>(coefficient));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant<TLanes, TVector, TElement>(double value)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement> =>
        TLanes.Broadcast(TElement.CreateChecked(value));
}
