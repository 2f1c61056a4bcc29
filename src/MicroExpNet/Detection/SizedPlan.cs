using MicroExpNet.Inference;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Detection;

/// <summary>A fully convolutional model compiled for one image size.</summary>
internal sealed class SizedPlan(InferencePlan plan, ScratchPool scratch, int rows, int columns)
{
    /// <summary>The plan.</summary>
    public readonly InferencePlan Plan = plan;

    /// <summary>Its scratch memory.</summary>
    public readonly ScratchPool Scratch = scratch;

    /// <summary>Rows of its output.</summary>
    public readonly int Rows = rows;

    /// <summary>Columns of its output.</summary>
    public readonly int Columns = columns;
}
