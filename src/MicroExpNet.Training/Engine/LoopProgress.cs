namespace MicroExpNet.Training.Engine;

/// <summary>How far a <see cref="TrainingLoop"/> is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="StepsPerSecond">Since the run began or was resumed, without evaluation.</param>
/// <param name="Loss">Mean loss of the period so far.</param>
internal readonly record struct LoopProgress(long Step, long Steps, double StepsPerSecond, double Loss)
{
    /// <summary>Estimated time to the end.</summary>
    public TimeSpan Remaining => TimeSpan.FromSeconds((Steps - Step) / StepsPerSecond);
}
