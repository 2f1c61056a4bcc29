namespace MicroExpNet.Inference.Lanes;

/// <summary>
/// The vector operations of one instruction set on one element type. A kernel is written once against this interface and compiled for each
/// implementation. The engine and the trainer share it.
/// </summary>
/// <typeparam name="TVector">A vector of elements.</typeparam>
/// <typeparam name="TElement">A number: <see cref="float"/>, or <see cref="double"/> for the trainer's gradient checks.</typeparam>
internal unsafe interface ILanes<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged
{
    /// <summary>Elements in one vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(TElement* address);

    static abstract void Store(TVector value, TElement* address);

    /// <summary>A vector whose elements all are <paramref name="value"/>.</summary>
    static abstract TVector Broadcast(TElement value);

    /// <summary><c>a · b + c</c>, rounded once where the processor has such an instruction, otherwise twice.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Min(TVector a, TVector b);

    /// <summary>For each element: <c>a &lt; b ? whenLess : otherwise</c>. Where a or b is no number, it is not less.</summary>
    static abstract TVector SelectLess(TVector a, TVector b, TVector whenLess, TVector otherwise);

    /// <summary>2 to the power of each element, a whole number from −126 to 127.</summary>
    static abstract TVector PowerOfTwo(TVector exponent);
}
