using System.Runtime.CompilerServices;

namespace MicroExpNet.Inference.EightBit;

/// <summary>Any processor: one integer of 16 bits.</summary>
internal readonly unsafe struct PlainWords : IWordLanes<short>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short LoadBytes(byte* address) => *address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Load(short* address) => *address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(short value, short* address) => *address = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Broadcast(short value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Add(short a, short b) => (short)(a + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Subtract(short a, short b) => (short)(a - b);
}
