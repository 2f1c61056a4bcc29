using MicroExpNet.Inference;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Detection;

/// <summary>A plan for one image size, and the scratch memory that it works in.</summary>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Scratch">Its own, or that of all larger plans.</param>
internal sealed record SizedPlan(int Height, int Width, InferencePlan Plan, ScratchPool Scratch);
