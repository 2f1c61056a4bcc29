using System.Runtime.Intrinsics;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>Compiles quantised models with the best dot products that an instruction set has on this processor.</summary>
internal static class EightBitCompiler
{
    /// <inheritdoc cref="PlanBuilder.Build"/>
    /// <param name="model">The model.</param>
    /// <param name="target">The instruction set.</param>
    /// <param name="filters">Filters shared by plans of the same model and instruction set for other image sizes.</param>
    /// <param name="sharesScratch">Whether the plan works in the scratch memory of others.</param>
    public static InferencePlan Compile(Model model, KernelTarget target, FilterCache filters, bool sharesScratch) =>
        // Twice as many lanes, and registers, are faster than one instruction for four products: by 12 to 23% on Zen 4, where .NET 11 has
        // both.
        CompileFor<Avx512Dots, Vector512<int>, Avx512Lanes, Vector512<float>>(model, target, filters, sharesScratch)
        ?? CompileFor<AvxVnniDots, Vector256<int>, Avx2Lanes, Vector256<float>>(model, target, filters, sharesScratch)
        ?? CompileFor<Avx2Dots, Vector256<int>, Avx2Lanes, Vector256<float>>(model, target, filters, sharesScratch)
        ?? CompileFor<ArmDots, Vector128<int>, AdvSimdLanes, Vector128<float>>(model, target, filters, sharesScratch)
        ?? CompileFor<AdvSimdDots, Vector128<int>, AdvSimdLanes, Vector128<float>>(model, target, filters, sharesScratch)
        ?? CompileFor<Vector128Dots, Vector128<int>, Vector128Lanes, Vector128<float>>(model, target, filters, sharesScratch)
        ?? new EightBitPlanBuilder<PlainDots, int, PlainLanes, float>(model, filters).Build(sharesScratch);

    // Null where this processor lacks the instructions, or they are wider than the target's.
    private static InferencePlan? CompileFor<TDots, TSums, TLanes, TFloats>(
        Model model, KernelTarget target, FilterCache filters, bool sharesScratch)
        where TDots : struct, IDotLanes<TDots, TSums, TFloats>
        where TSums : unmanaged
        where TLanes : struct, IFloatLanes<TFloats>
        where TFloats : unmanaged =>
        TDots.IsSupported && TLanes.Count <= target.Count
            ? new EightBitPlanBuilder<TDots, TSums, TLanes, TFloats>(model, filters).Build(sharesScratch)
            : null;
}
