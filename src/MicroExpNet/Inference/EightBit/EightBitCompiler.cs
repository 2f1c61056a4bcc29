using System.Runtime.Intrinsics;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;

namespace MicroExpNet.Inference.EightBit;

/// <summary>Compiles quantised models with the best dot products that an instruction set has on this processor.</summary>
internal static class EightBitCompiler
{
    /// <inheritdoc cref="PlanBuilder{TLanes, TVector}.Build"/>
    /// <param name="model">The model.</param>
    /// <param name="instructionSet">The instruction set.</param>
    public static InferencePlan Compile(Model model, InstructionSet instructionSet) => instructionSet switch
    {
        // One instruction for four products is faster than twice as many lanes without it.
        InstructionSet.Avx512 or InstructionSet.Avx2 when AvxVnniDots.IsSupported =>
            new EightBitPlanBuilder<AvxVnniDots, Vector256<int>, Avx2Lanes, Vector256<float>>(model).Build(),
        InstructionSet.Avx512 when Avx512Dots.IsSupported =>
            new EightBitPlanBuilder<Avx512Dots, Vector512<int>, Avx512Lanes, Vector512<float>>(model).Build(),
        InstructionSet.Avx512 or InstructionSet.Avx2 =>
            new EightBitPlanBuilder<Avx2Dots, Vector256<int>, Avx2Lanes, Vector256<float>>(model).Build(),
        InstructionSet.AdvSimd when ArmDots.IsSupported =>
            new EightBitPlanBuilder<ArmDots, Vector128<int>, AdvSimdLanes, Vector128<float>>(model).Build(),
        InstructionSet.AdvSimd => new EightBitPlanBuilder<AdvSimdDots, Vector128<int>, AdvSimdLanes, Vector128<float>>(model).Build(),
        _ => new EightBitPlanBuilder<PlainDots, int, PlainLanes, float>(model).Build(),
    };
}
