using System.Runtime.CompilerServices;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Steps;

/// <summary><c>x · y</c>.</summary>
internal readonly struct MultiplyFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Invoke<TLanes, TVector>(TVector x, TVector y)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged => TLanes.Multiply(x, y);
}
