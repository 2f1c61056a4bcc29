namespace MicroExpNet.Inference.Steps;

/// <summary>One step of an <see cref="InferencePlan"/>: reads and writes regions of the scratch memory.</summary>
internal abstract unsafe class Step
{
    /// <summary>Floats of workspace it needs. All steps use the same workspace, one after another.</summary>
    public virtual int WorkspaceLength => 0;

    /// <summary>Runs the step for one image.</summary>
    /// <param name="scratch">The start of the scratch memory.</param>
    public abstract void Run(float* scratch);
}
