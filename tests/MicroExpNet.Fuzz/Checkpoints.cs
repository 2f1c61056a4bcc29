using System.Security.Cryptography;
using MicroExpNet.Training;
using MicroExpNet.Training.Engine;

namespace MicroExpNet.Fuzz;

/// <summary>Checkpoints of a training run whose content is damaged and whose hash is right again.</summary>
internal sealed class Checkpoints : FuzzTarget, IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"fuzz.{Environment.ProcessId}.checkpoint");
    private readonly byte[] _original;

    /// <summary>Writes the original.</summary>
    public Checkpoints()
    {
        EpochRecord[] epochs = [new(1, 0.5, 0.25, 0.5, 0.75, 0.5, 0.25), new(2, 0.5, 0.25, 0.5, 0.75, 0.5, 0.25)];
        TrainingCheckpoint checkpoint = new()
        {
            Fingerprint = new RunFingerprint([("seed", "1"), ("layers", "conv1 conv2 fc")]),
            Step = 20,
            Steps = 40,
            StepsPerPeriod = 10,
            FirstLoss = 2,
            LossSum = 10,
            LossSteps = 5,
            Arrays = [[1, 2, 3], [4, 5, 6], []],
            History = new EpochHistory(0.5, epochs, 1, [1, 2, 3], []),
            Model = [1, 2, 3, 4],
        };
        checkpoint.Save(_path);
        _original = File.ReadAllBytes(_path);
        _ = TrainingCheckpoint.Load(_path);
    }

    public override string Name => "checkpoints";

    public override bool Try(Random random, out byte[] input)
    {
        byte[] content = ByteMutation.Apply(random, _original[..^SHA256.HashSizeInBytes], _original.Length);
        input = [.. content, .. SHA256.HashData(content)];
        File.WriteAllBytes(_path, input);
        try
        {
            _ = TrainingCheckpoint.Load(_path);
            return true;
        }
        catch (CheckpointFormatException)
        {
            return false;
        }
    }

    public void Dispose() => File.Delete(_path);
}
