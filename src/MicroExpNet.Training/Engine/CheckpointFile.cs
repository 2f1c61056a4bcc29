using MicroExpNet.Files;

namespace MicroExpNet.Training.Engine;

/// <summary>The file in which a run keeps its state. While this is open, no other run can use the file.</summary>
internal sealed class CheckpointFile : IDisposable
{
    // The ending of temporary files: what a killed run leaves is removed by the next run that writes beside it.
    private const string LockSuffix = ".lock.mexp-tmp";

    private readonly string _path;
    private readonly string _lockPath;
    private readonly FileStream _lock;

    /// <summary>Opens the file for a run.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="interval">Time between two saves.</param>
    /// <param name="fingerprint">The run's fingerprint.</param>
    /// <exception cref="FileInUseException">Another run is using the file.</exception>
    /// <exception cref="IOException">Nothing can be written beside the file.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written beside the file.</exception>
    public CheckpointFile(string path, TimeSpan interval, RunFingerprint fingerprint)
    {
        _path = path;
        Interval = interval;
        Fingerprint = fingerprint;
        _lockPath = ExclusiveFile.Beside(path, ".", LockSuffix);
        _lock = ExclusiveFile.Open(_lockPath, path);
    }

    /// <summary>Time between two saves.</summary>
    public TimeSpan Interval { get; }

    /// <summary>The run's fingerprint.</summary>
    public RunFingerprint Fingerprint { get; }

    /// <summary>Reads the state the run is resumed from; null where there is no file.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged, or another run's.</exception>
    public TrainingCheckpoint? Load()
    {
        if (!File.Exists(_path)) return null;
        TrainingCheckpoint checkpoint = TrainingCheckpoint.Load(_path);
        return Fingerprint.DifferenceFrom(checkpoint.Fingerprint) is { } difference
            ? throw new CheckpointFormatException(
                $"{_path}: the checkpoint of a run with other settings or data ({difference}); remove it to begin anew")
            : checkpoint;
    }

    /// <summary>Saves a state.</summary>
    /// <param name="checkpoint">The state.</param>
    public void Save(TrainingCheckpoint checkpoint) => checkpoint.Save(_path);

    /// <summary>The refusal of a checkpoint whose contents do not fit the run, though its fingerprint does.</summary>
    public CheckpointFormatException Damaged() => new($"{_path}: a damaged training checkpoint; remove it to begin anew");

    /// <inheritdoc/>
    public void Dispose()
    {
        // Deleted while it is held: another run may hold the next one of this name.
        AtomicFile.TryDelete(_lockPath);
        _lock.Dispose();
    }
}
