namespace MicroExpNet.Inference.Memory;

/// <summary>Memory of the kernels, of this library and of the trainer. It starts as zeros.</summary>
/// <remarks>
/// Its address never changes and is a multiple of 64 bytes: a cache line, and the widest vector. In a build with <c>GUARD_PAGES</c> it lies
/// between unreadable pages (<c>GuardedBlock</c>).
/// </remarks>
/// <typeparam name="T">The elements, a number of 64 bytes or less.</typeparam>
internal sealed unsafe class AlignedMemory<T>
    where T : unmanaged
{
    private const int Alignment = 64;

#if GUARD_PAGES
    private readonly GuardedBlock _memory;
#else
    // Pinned for its whole life; the reference keeps it from being collected.
    private readonly T[] _memory;
#endif

    /// <summary>Allocates memory.</summary>
    /// <param name="length">Elements, 0 or more.</param>
    public AlignedMemory(int length)
    {
#if GUARD_PAGES
        _memory = new GuardedBlock(checked(length * (nint)sizeof(T)), Alignment);
        Pointer = (T*)_memory.Pointer;
#else
        _memory = GC.AllocateArray<T>(checked(length + (Alignment / sizeof(T))), pinned: true);
        nint address = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _memory[0]);
        Pointer = (T*)((address + Alignment - 1) & ~(nint)(Alignment - 1));
#endif
        Length = length;
    }

    public readonly T* Pointer;

    public readonly int Length;

    public Span<T> Span => new(Pointer, Length);

#if GUARD_PAGES
    /// <summary>Ends the process if bytes right before or after the memory were written.</summary>
    public void CheckGuards() => _memory.CheckCanaries();
#endif
}
