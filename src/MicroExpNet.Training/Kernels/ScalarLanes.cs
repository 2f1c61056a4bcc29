using System.Numerics;
using System.Runtime.CompilerServices;

namespace MicroExpNet.Training.Kernels;

/// <summary>One element at a time: the ends of rows that no vector fits, and the gradient checks in double precision.</summary>
internal readonly unsafe struct ScalarLanes<T> : IElementLanes<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* address) => *address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T value, T* address) => *address = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Broadcast(T value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T a, T b, T c) => (a * b) + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T a, T b) => a + b;
}
