namespace MicroExpNet.Inference.EightBit;

/// <summary>The operations on vectors of 16-bit integers that the input transform of bytes needs. They wrap around.</summary>
/// <typeparam name="TVector">A vector of 16-bit integers.</typeparam>
internal unsafe interface IWordLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Integers in one vector.</summary>
    static abstract int Count { get; }

    /// <summary>Reads unsigned bytes.</summary>
    static abstract TVector LoadBytes(byte* address);

    static abstract TVector Load(short* address);

    static abstract void Store(TVector value, short* address);

    static abstract TVector Broadcast(short value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);
}
