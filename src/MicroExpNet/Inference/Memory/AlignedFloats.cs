using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference.Memory;

/// <summary>Floats at a fixed address that is a multiple of 64 bytes, a cache line and the widest vector. They start as zeros.</summary>
internal sealed unsafe class AlignedFloats
{
    private const int Alignment = 64;

    // Held so that the collector keeps the memory; it is pinned for its whole life.
    private readonly float[] _memory;

    public AlignedFloats(int length)
    {
        _memory = GC.AllocateArray<float>(length + (Alignment / sizeof(float)), pinned: true);
        nint address = (nint)Unsafe.AsPointer(ref _memory[0]);
        Pointer = (float*)((address + Alignment - 1) & ~(nint)(Alignment - 1));
        Length = length;
    }

    public float* Pointer { get; }

    public int Length { get; }

    public Span<float> Span => new(Pointer, Length);
}
