using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.Winograd;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// A tile of 16-bit integers: its finite nodes are integers, so the input transform of bytes is exact, and on a square its values are below
/// 2¹⁵ in magnitude.
/// </summary>
internal unsafe interface IWordTile : IWinogradOutput
{
    /// <summary>Bᵀ as a matrix, row by row: <see cref="TransformInput"/> computes it.</summary>
    static abstract ReadOnlySpan<sbyte> InputMatrix { get; }

    /// <summary>Bᵀ along one axis: reads m + r − 1 vectors and writes as many, the last for the node at infinity.</summary>
    /// <typeparam name="TWords">The vectors' operations.</typeparam>
    /// <typeparam name="TVector">A vector.</typeparam>
    /// <typeparam name="TSize">Bytes of a value that is read: 1 or 2.</typeparam>
    /// <param name="from">The first vector.</param>
    /// <param name="fromStride">Bytes from one to the next.</param>
    /// <param name="zeroPoint">What is subtracted from each byte that is read.</param>
    /// <param name="to">Where the first goes.</param>
    /// <param name="toStride">Values from one to the next there.</param>
    static abstract void TransformInput<TWords, TVector, TSize>(
        byte* from, nint fromStride, TVector zeroPoint, short* to, nint toStride)
        where TWords : struct, IWordLanes<TVector>
        where TVector : unmanaged
        where TSize : struct, ICount;
}
