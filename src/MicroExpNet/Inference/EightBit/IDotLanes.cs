using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference.EightBit;

/// <summary>
/// The 8-bit operations of one instruction set: in each lane, four bytes times four weights, added to a 32-bit sum. Kernels are written
/// once against this interface, beside float lanes of the same count. <see cref="EightBitCompiler"/> lists the implementations.
/// </summary>
/// <typeparam name="TSelf">The implementation.</typeparam>
/// <typeparam name="TSums">A vector of 32-bit lanes: sums, or four bytes each, or four weights each.</typeparam>
/// <typeparam name="TFloats">A vector of as many floats.</typeparam>
internal unsafe interface IDotLanes<TSelf, TSums, TFloats>
    where TSelf : struct, IDotLanes<TSelf, TSums, TFloats>
    where TSums : unmanaged
    where TFloats : unmanaged
{
    /// <summary>Whether this processor has the instructions, and the program may use them.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Lanes of one vector.</summary>
    static abstract int Count { get; }

    /// <summary>
    /// What <see cref="Broadcast"/> subtracts from each byte: 128 where the instruction multiplies signed bytes only, otherwise 0. The
    /// biases compensate for it.
    /// </summary>
    static abstract int InputZeroPoint { get; }

    /// <summary>Whether the instruction adds pairs of products in saturating 16 bits before widening, which bounds the weights.</summary>
    static abstract bool AccumulatesIn16Bits { get; }

    static abstract TSums Load(int* address);

    static abstract void Store(TSums sums, int* address);

    /// <summary>Reads four weights for each lane.</summary>
    static abstract TSums LoadWeights(sbyte* address);

    /// <summary>Reads four bytes, the same for all lanes, and subtracts <see cref="InputZeroPoint"/> from each.</summary>
    static abstract TSums Broadcast(byte* address);

    /// <summary>
    /// In each lane, four bytes times four weights plus what was there: one sum of 32 bits or, where <see cref="AccumulatesIn16Bits"/>, two
    /// of 16 bits, of the first two products and of the others.
    /// </summary>
    static abstract TSums MultiplyAdd(TSums bytes, TSums weights, TSums products);

    /// <summary>Twice <see cref="MultiplyAdd(TSums, TSums, TSums)"/>, in the order that the processor does fastest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void MultiplyAdd(TSums bytesA, TSums weightsA, ref TSums productsA, TSums bytesB, TSums weightsB, ref TSums productsB)
    {
        productsA = TSelf.MultiplyAdd(bytesA, weightsA, productsA);
        productsB = TSelf.MultiplyAdd(bytesB, weightsB, productsB);
    }

    /// <summary>In each lane, the sum or the two sums of <see cref="MultiplyAdd(TSums, TSums, TSums)"/> plus a sum of 32 bits.</summary>
    static abstract TSums Widen(TSums products, TSums sums);

    /// <summary>Twice <see cref="Widen(TSums, TSums)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void Widen(TSums productsA, ref TSums sumsA, TSums productsB, ref TSums sumsB)
    {
        sumsA = TSelf.Widen(productsA, sumsA);
        sumsB = TSelf.Widen(productsB, sumsB);
    }

    /// <summary>Reads two 16-bit integers, the same for all lanes.</summary>
    static abstract TSums BroadcastPair(short* address);

    /// <summary>In each lane, two 16-bit integers times two others plus the sum. None is −2¹⁵ four times in a lane.</summary>
    static abstract TSums MultiplyAddPairs(TSums values, TSums weights, TSums sums);

    /// <summary>Twice <see cref="MultiplyAddPairs(TSums, TSums, TSums)"/>, in the order that the processor does fastest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual void MultiplyAddPairs(
        TSums valuesA, TSums weightsA, ref TSums sumsA, TSums valuesB, TSums weightsB, ref TSums sumsB)
    {
        sumsA = TSelf.MultiplyAddPairs(valuesA, weightsA, sumsA);
        sumsB = TSelf.MultiplyAddPairs(valuesB, weightsB, sumsB);
    }

    static abstract TSums Max(TSums a, TSums b);

    static abstract TFloats ToFloats(TSums sums);
}
