using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// The 8-bit operations of one instruction set: in each lane, four bytes times four weights, added to a 32-bit sum. Kernels are written
/// once against this, beside the floats' <see cref="ILanes{TVector}"/> of as many lanes.
/// </summary>
/// <typeparam name="TSums">A vector of 32-bit sums, of bytes or of weights by fours.</typeparam>
/// <typeparam name="TFloats">The vector of as many floats.</typeparam>
internal unsafe interface IDotLanes<TSums, TFloats>
    where TSums : unmanaged
    where TFloats : unmanaged
{
    /// <summary>Sums in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>What is taken off each input byte before it is multiplied: 128 where the instruction multiplies signed bytes only.</summary>
    static abstract int InputShift { get; }

    /// <summary>
    /// Whether products are summed in 16 bits on the way, those of the first two of four weights and of the last two, so that the weights may
    /// not be too large.
    /// </summary>
    static abstract bool SumsInWords { get; }

    static abstract TSums Load(int* address);

    /// <summary>Reads four weights for each lane.</summary>
    static abstract TSums LoadWeights(sbyte* address);

    /// <summary>Reads four bytes, the same for all lanes.</summary>
    static abstract TSums Spread(byte* address);

    /// <summary>To each lane's sum, its four bytes times its four weights, and those of the next four taps.</summary>
    static abstract TSums MultiplyAdd(TSums bytes, TSums weights, TSums nextBytes, TSums nextWeights, TSums sums);

    /// <summary>To each lane's sum, its four bytes times its four weights.</summary>
    static abstract TSums MultiplyAdd(TSums bytes, TSums weights, TSums sums);

    static abstract TSums Max(TSums a, TSums b);

    static abstract TFloats ToFloats(TSums sums);
}
