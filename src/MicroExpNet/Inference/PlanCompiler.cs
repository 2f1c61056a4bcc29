using System.Runtime.Intrinsics;
using MicroExpNet.Inference.EightBit;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>
/// Turns a model into an <see cref="InferencePlan"/>: decides which layers are fused (<see cref="Fusion"/>), lays out the memory
/// (<see cref="Memory.MemoryLayout"/>) and makes the steps (<see cref="PlanBuilder{TLanes, TVector}"/>).
/// </summary>
internal static class PlanCompiler
{
    /// <summary>The best instruction set of this processor.</summary>
    public static InstructionSet Best { get; } =
        Avx512Lanes.IsSupported ? InstructionSet.Avx512 :
        Avx2Lanes.IsSupported ? InstructionSet.Avx2 :
        AdvSimdLanes.IsSupported ? InstructionSet.AdvSimd :
        InstructionSet.Plain;

    /// <summary>The instruction sets this processor can run.</summary>
    public static IEnumerable<InstructionSet> Supported
    {
        get
        {
            yield return InstructionSet.Plain;
            if (AdvSimdLanes.IsSupported) yield return InstructionSet.AdvSimd;
            if (Avx2Lanes.IsSupported) yield return InstructionSet.Avx2;
            if (Avx512Lanes.IsSupported) yield return InstructionSet.Avx512;
        }
    }

    /// <summary>Compiles a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="instructionSet">The instruction set.</param>
    /// <param name="filters">Filters that plans of the same model for other image sizes share; they are of the same instruction set.</param>
    /// <exception cref="ModelFormatException">The model needs more memory than a plan may take.</exception>
    public static InferencePlan Compile(Model model, InstructionSet instructionSet, FilterCache? filters = null)
    {
        if (model.Quantization is not null) return EightBitCompiler.Compile(model, instructionSet);
        filters ??= new FilterCache(model.Architecture.Layers.Length);
        return instructionSet switch
        {
            InstructionSet.Avx512 => new FloatPlanBuilder<Avx512Lanes, Vector512<float>>(model, filters).Build(),
            InstructionSet.Avx2 => new FloatPlanBuilder<Avx2Lanes, Vector256<float>>(model, filters).Build(),
            InstructionSet.AdvSimd => new FloatPlanBuilder<AdvSimdLanes, Vector128<float>>(model, filters).Build(),
            _ => new FloatPlanBuilder<PlainLanes, float>(model, filters).Build(),
        };
    }
}
