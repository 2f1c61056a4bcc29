namespace MicroExpNet.Inference;

/// <summary>One step of an <see cref="InferencePlan"/>: reads and writes regions of the scratch memory.</summary>
internal abstract unsafe class Step
{
    /// <summary>Runs the step for one image.</summary>
    /// <param name="scratch">The start of the scratch memory.</param>
    public abstract void Run(float* scratch);
}
