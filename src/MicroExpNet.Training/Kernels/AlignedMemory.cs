using System.Runtime.CompilerServices;

namespace MicroExpNet.Training.Kernels;

/// <summary>Elements at a fixed address that is a multiple of 64 bytes, a cache line and the widest vector. They start as zeros.</summary>
internal sealed unsafe class AlignedMemory<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    // Held so that the collector keeps the memory; it is pinned for its whole life.
    private readonly T[] _memory;

    public AlignedMemory(int length)
    {
        _memory = GC.AllocateArray<T>(length + (Alignment / sizeof(T)), pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref _memory[0]);
        Pointer = (T*)((address + Alignment - 1) & ~(nint)(Alignment - 1));
        Length = length;
    }

    public T* Pointer { get; }

    public int Length { get; }

    public Span<T> Span => new(Pointer, Length);
}
