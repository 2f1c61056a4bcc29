using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;

namespace MicroExpNet.Inference.EightBit;

/// <summary>.NET's portable vectors: eight integers of 16 bits.</summary>
internal readonly unsafe struct Vector128Words : IWordLanes<Vector128<short>>
{
    public static int Count => Vector128<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> LoadBytes(byte* address) => PackedSimd.IsSupported
        ? PackedSimd.LoadWideningVector128(address).AsInt16()
        : Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(address)).AsByte()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(short* address) =>
        PackedSimd.IsSupported ? PackedSimd.LoadVector128(address) : Vector128.Load(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<short> value, short* address)
    {
        if (PackedSimd.IsSupported) PackedSimd.Store(address, value);
        else value.Store(address);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Broadcast(short value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Add(Vector128<short> a, Vector128<short> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Subtract(Vector128<short> a, Vector128<short> b) => a - b;
}
