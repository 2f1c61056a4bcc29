using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace MicroExpNet.Inference.Lanes;

/// <summary>
/// An instruction set that kernels are compiled for. The list in this file is the only one: which kernels run, what they are called, and
/// which are tested and measured follow from it.
/// </summary>
internal abstract class KernelTarget
{
    /// <summary>Those that this processor supports, best first. The last needs no vectors and is always there.</summary>
    public static ImmutableArray<KernelTarget> Supported { get; } =
    [
        .. IfSupported<Avx512Lanes, Vector512<float>>(),
        .. IfSupported<Avx2Lanes, Vector256<float>>(),
        .. IfSupported<AdvSimdLanes, Vector128<float>>(),
        .. IfSupported<Vector128Lanes, Vector128<float>>(),
        .. IfSupported<PlainLanes, float>(),
    ];

    /// <summary>The best one that this processor supports.</summary>
    public static KernelTarget Best => Supported[0];

    /// <inheritdoc cref="IFloatLanes{TVector}.Name"/>
    public abstract string Name { get; }

    /// <inheritdoc cref="IFloatLanes{TVector}.HidingVariable"/>
    public abstract string? HidingVariable { get; }

    /// <summary>Floats in one vector.</summary>
    public abstract int Count { get; }

    /// <summary>Calls a function with this instruction set's lanes.</summary>
    public abstract TResult Call<TResult>(ILanesFunction<TResult> function);

    public override string ToString() => Name;

    private static ImmutableArray<KernelTarget> IfSupported<TLanes, TVector>()
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged => TLanes.IsSupported ? [new Of<TLanes, TVector>()] : [];

    private sealed class Of<TLanes, TVector> : KernelTarget
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : unmanaged
    {
        public override string Name => TLanes.Name;

        public override string? HidingVariable => TLanes.HidingVariable;

        public override int Count => TLanes.Count;

        public override TResult Call<TResult>(ILanesFunction<TResult> function) => function.Call<TLanes, TVector>();
    }
}
