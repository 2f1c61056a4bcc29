using System.Security.Cryptography;
using MicroExpNet.Training.Engine;

namespace MicroExpNet.Training.Tests.Engine;

public sealed class TrainingCheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("checkpoint-").FullName;

    private string Saved => Path.Combine(_folder, "run.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_saved_state_is_read_back(bool isClassifier)
    {
        TrainingCheckpoint saved = Create(isClassifier);
        saved.Save(Saved);
        TrainingCheckpoint read = TrainingCheckpoint.Load(Saved);
        Assert.Equal(saved.Fingerprint.Parts, read.Fingerprint.Parts);
        Assert.Equal(
            (saved.Step, saved.FirstLoss, saved.LossSum, saved.LossSteps), (read.Step, read.FirstLoss, read.LossSum, read.LossSteps));
        Assert.Equal((saved.Steps, saved.StepsPerPeriod), (read.Steps, read.StepsPerPeriod));
        Assert.Equal(saved.Arrays, read.Arrays);
        Assert.Equal(saved.Model, read.Model);
        Assert.Equal(saved.History?.Epochs, read.History?.Epochs);
        Assert.Equal(saved.History?.BestWeights, read.History?.BestWeights);
        Assert.Equal(saved.History?.BestStatistics, read.History?.BestStatistics);
        Assert.Equal(saved.History?.BestEpoch, read.History?.BestEpoch);
    }

    [Fact]
    public void Any_content_under_a_right_hash_is_read_or_refused_with_the_documented_exception()
    {
        // The hash keeps accidents out; this is what someone could write on purpose.
        Create(true).Save(Saved);
        byte[] whole = File.ReadAllBytes(Saved)[..^SHA256.HashSizeInBytes];
        Random random = new(5);
        int[] counts = [int.MaxValue, int.MinValue, -1, 1 << 30, 1 << 24, 0, 1, 3];
        for (int i = 0; i < 3000; i++)
        {
            byte[] content = [.. whole];
            if (i % 3 == 0) content = content[..random.Next(content.Length)];
            else if (i % 3 == 1)
            {
                BitConverter.TryWriteBytes(content.AsSpan(random.Next(content.Length - 4)), counts[random.Next(counts.Length)]);
            }
            else content[random.Next(content.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Saved, [.. content, .. SHA256.HashData(content)]);
            try
            {
                _ = TrainingCheckpoint.Load(Saved);
            }
            catch (CheckpointFormatException e)
            {
                Assert.StartsWith(Saved, e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static TrainingCheckpoint Create(bool isClassifier) => new()
    {
        Fingerprint = new RunFingerprint([("learning rate", "0.1"), ("the network", "two layers")]),
        Step = 12,
        Steps = 40,
        StepsPerPeriod = 10,
        FirstLoss = 2,
        LossSum = 3,
        LossSteps = 2,
        Arrays = [[1, 2, 3], [4, 5, 6]],
        History = isClassifier
            ? new EpochHistory(0.5, [new EpochRecord(1, 0.1, 2, 0.3, double.NaN, double.NaN, double.NaN)], 1, [7, 8, 9], [10])
            : null,
        Model = isClassifier ? [1, 2, 3] : [],
    };
}
