using MicroExpNet.Inference.EightBit;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Steps;
using MicroExpNet.Models;

namespace MicroExpNet.Inference;

/// <summary>
/// Turns a model into an <see cref="InferencePlan"/>: decides which layers are fused (<see cref="Fusion"/>), lays out the memory
/// (<see cref="Memory.MemoryLayout"/>) and makes the steps (<see cref="PlanBuilder"/>).
/// </summary>
internal static class PlanCompiler
{
    /// <summary>Compiles a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="target">The instruction set.</param>
    /// <param name="filters">Filters shared by plans of the same model and instruction set for other image sizes.</param>
    /// <param name="sharesScratch">Whether the plan works in the scratch memory of others, which leave values where this one expects none,
    /// and computes one image at a time.</param>
    /// <exception cref="ModelFormatException">The model needs more memory than a plan may take.</exception>
    public static InferencePlan Compile(Model model, KernelTarget target, FilterCache? filters = null, bool sharesScratch = false)
    {
        filters ??= new FilterCache(model.Architecture.Layers.Length);
        return model.Quantization is not null
            ? EightBitCompiler.Compile(model, target, filters, sharesScratch)
            : target.Call(new FloatCompilation(model, filters, sharesScratch));
    }

    private sealed class FloatCompilation(Model model, FilterCache filters, bool sharesScratch) : ILanesFunction<InferencePlan>
    {
        public InferencePlan Call<TLanes, TVector>()
            where TLanes : struct, IFloatLanes<TVector>
            where TVector : unmanaged => new FloatPlanBuilder<TLanes, TVector>(model, filters).Build(sharesScratch);
    }
}
