using MicroExpNet.Inference;

namespace MicroExpNet.Detection;

/// <summary>A fully convolutional model compiled for one size of images.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Scratch">Its scratch memory.</param>
/// <param name="Rows">Rows of its output.</param>
/// <param name="Columns">Columns of its output.</param>
internal sealed record SizedPlan(InferencePlan Plan, ScratchPool Scratch, int Rows, int Columns);
