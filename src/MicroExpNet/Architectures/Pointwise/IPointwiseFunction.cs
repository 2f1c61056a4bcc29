using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Architectures;

/// <summary>What a <see cref="PointwiseLayer"/> computes: a function of one value, for all values of a vector at once.</summary>
internal interface IPointwiseFunction
{
    /// <summary>
    /// The function's value in each lane. Products and sums are not fused, so that every instruction set, and the rest of a row that fills
    /// no vector, gets the same bits.
    /// </summary>
    /// <param name="x">The arguments.</param>
    TVector Invoke<TLanes, TVector>(TVector x)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged;
}
