namespace MicroExpNet.Training;

/// <summary>The loss is no longer a number, or has grown out of all proportion. The message says at which step and what may help.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Makes one with a message.</summary>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }
}
