namespace MicroExpNet.Training.Kernels;

/// <summary>
/// The vector operations the training kernels are written against. Training runs them on vectors of floats; the gradient checks run the
/// very same kernels on plain doubles.
/// </summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">Its elements.</typeparam>
internal unsafe interface IElementLanes<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    /// <summary>Elements in one vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(T* address);

    static abstract void Store(TVector value, T* address);

    static abstract TVector Broadcast(T value);

    /// <summary><c>a · b + c</c>, fused where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Add(TVector a, TVector b);
}
