using System.Runtime.CompilerServices;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;

namespace MicroExpNet.Inference.Steps;

/// <summary>The value itself: a step of it copies, clamps, and converts between floats and bytes.</summary>
internal readonly struct IdentityFunction : IPointwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke<TLanes, TVector>(TVector x)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged => x;
}
