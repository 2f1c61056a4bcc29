using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Counts;

namespace MicroExpNet.Inference.Lanes;

/// <summary>
/// One row of a register tile: one input value, multiplied by one or two vectors of weights and added to as many vectors of sums. The
/// kernels hold up to six such rows; each vector of weights is loaded once for all of them.
/// </summary>
internal static unsafe class TileRow<TLanes, TVector, TElement, TVectors>
    where TLanes : struct, ILanes<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged
    where TVectors : struct, ICount
{
    /// <summary>Elements in a row.</summary>
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TVectors.Value * TLanes.Count;
    }

    /// <summary>Loads a row.</summary>
    /// <param name="address">Its first element.</param>
    /// <param name="first">Receives the first vector.</param>
    /// <param name="second">Receives the second vector, where a row has two.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(TElement* address, out TVector first, out TVector second)
    {
        first = TLanes.Load(address);
        second = TVectors.Value > 1 ? TLanes.Load(address + TLanes.Count) : first;
    }

    /// <summary>Adds the value at an address times the weights to the sums.</summary>
    /// <remarks>It takes the address: a value would be loaded into a register of its own first, and with AVX2 there is none left.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(TElement* value, TVector weights0, TVector weights1, ref TVector sum0, ref TVector sum1)
    {
        TVector x = TLanes.Broadcast(*value);
        sum0 = TLanes.MultiplyAdd(x, weights0, sum0);
        if (TVectors.Value > 1) sum1 = TLanes.MultiplyAdd(x, weights1, sum1);
    }

    /// <summary>Adds the value at an address times the weights at another to the sums, for weights that are used once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(TElement* value, TElement* weights, ref TVector sum0, ref TVector sum1)
    {
        TVector x = TLanes.Broadcast(*value);
        sum0 = TLanes.MultiplyAdd(x, TLanes.Load(weights), sum0);
        if (TVectors.Value > 1) sum1 = TLanes.MultiplyAdd(x, TLanes.Load(weights + TLanes.Count), sum1);
    }

    /// <summary>Stores a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TVector first, TVector second, TElement* address)
    {
        TLanes.Store(first, address);
        if (TVectors.Value > 1) TLanes.Store(second, address + TLanes.Count);
    }
}
