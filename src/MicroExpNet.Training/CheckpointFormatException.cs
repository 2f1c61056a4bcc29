namespace MicroExpNet.Training;

/// <summary>A training checkpoint can't be gone on from. The message names the file and says why, in one line.</summary>
public sealed class CheckpointFormatException : Exception
{
    /// <summary>Makes one with a message.</summary>
    public CheckpointFormatException(string message)
        : base(message)
    {
    }
}
