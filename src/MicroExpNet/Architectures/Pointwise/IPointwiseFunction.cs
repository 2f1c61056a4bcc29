using System.Numerics;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary>
/// What a <see cref="PointwiseLayer"/> computes: a function of one value and its derivative, for all elements of a vector at once. The
/// engine computes it in floats; the trainer also in doubles, for the gradient checks.
/// </summary>
/// <remarks>
/// Products and sums are not fused (no <see cref="ILanes{TVector, TElement}.MultiplyAdd"/>), so that every instruction set, and the rest of
/// a row that fills no vector, gives the same bits.
/// </remarks>
internal interface IPointwiseFunction
{
    /// <summary>The function's value for each element.</summary>
    /// <param name="x">The arguments.</param>
    TVector Invoke<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>;

    /// <summary>The function's derivative for each element.</summary>
    /// <param name="x">The arguments.</param>
    TVector Derivative<TLanes, TVector, TElement>(TVector x)
        where TLanes : struct, ILanes<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>;
}
