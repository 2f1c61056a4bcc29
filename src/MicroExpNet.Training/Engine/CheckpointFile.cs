namespace MicroExpNet.Training.Engine;

/// <summary>The file in which a run keeps its state.</summary>
/// <param name="path">The file.</param>
/// <param name="interval">Time between two saves.</param>
/// <param name="fingerprint">The run's fingerprint.</param>
internal sealed class CheckpointFile(string path, TimeSpan interval, RunFingerprint fingerprint)
{
    /// <summary>Time between two saves.</summary>
    public TimeSpan Interval => interval;

    /// <summary>The run's fingerprint.</summary>
    public RunFingerprint Fingerprint => fingerprint;

    /// <summary>Reads the state the run is resumed from; null where there is no file.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged, or another run's.</exception>
    public TrainingCheckpoint? Load()
    {
        if (!File.Exists(path)) return null;
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Load(path);
        return fingerprint.DifferenceFrom(checkpoint.Fingerprint) is { } difference
            ? throw new CheckpointFormatException(
                $"{path}: the checkpoint of a run with other settings or data ({difference}); remove it to begin anew")
            : checkpoint;
    }

    /// <summary>Saves a state.</summary>
    /// <param name="checkpoint">The state.</param>
    public void Save(TrainingCheckpoint checkpoint) => checkpoint.Save(path);

    /// <summary>The refusal of a checkpoint whose contents do not fit the run, though its fingerprint does.</summary>
    public CheckpointFormatException Damaged() => new($"{path}: a damaged training checkpoint; remove it to begin anew");
}
