namespace MicroExpNet.Inference.Lanes;

/// <summary>
/// The vector operations of one instruction set. Kernels are written once against this and compiled for each implementation, so the
/// choice of instruction set is made once, where a plan is compiled.
/// </summary>
/// <typeparam name="TVector">The vector of floats it works on.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Floats in one vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* address);

    /// <summary>Reads as many bytes as the vector has floats, each as its value 0 to 255.</summary>
    static abstract TVector LoadBytes(byte* address);

    static abstract void Store(TVector value, float* address);

    /// <summary>
    /// Rounds each value to the nearest whole number, ties to even, adds <paramref name="shift"/> and writes a byte for each; the sums must
    /// be 0 to 255.
    /// </summary>
    static abstract void StoreBytes(TVector value, TVector shift, byte* address);

    static abstract TVector Broadcast(float value);

    /// <summary><c>a · b + c</c>, fused where the instruction set has it.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Min(TVector a, TVector b);

    /// <summary>Turns a square of <see cref="Count"/> rows and columns about its diagonal.</summary>
    /// <param name="from">The square.</param>
    /// <param name="fromStride">Floats from one of its rows to the next.</param>
    /// <param name="to">Where the turned square goes; it may not overlap the other.</param>
    /// <param name="toStride">Floats from one row to the next there.</param>
    static abstract void Transpose(float* from, nint fromStride, float* to, nint toStride);
}
