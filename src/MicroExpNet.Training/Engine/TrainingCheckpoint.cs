using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MicroExpNet.Files;

namespace MicroExpNet.Training.Engine;

/// <summary>
/// Where a run stands, in one file: its plan, its step, weights, moving average and optimiser, what it has logged, and its best weights.
/// Random choices follow from seed and step, so nothing else is needed. The file ends in a hash of itself.
/// </summary>
internal sealed class TrainingCheckpoint
{
    private const string Magic = "mexp training checkpoint 2";

    /// <summary>The settings, network and data of the run, in words; a run only goes on from its own.</summary>
    public required string Plan { get; init; }

    public required long Step { get; init; }

    /// <summary>The loss of the first step, which divergence is told by; NaN before it.</summary>
    public required double FirstLoss { get; init; }

    /// <summary>Sums of the epoch so far.</summary>
    public required double Loss { get; init; }

    public required double Accuracy { get; init; }

    public required IReadOnlyList<EpochRecord> Epochs { get; init; }

    /// <summary>The epoch of the best weights, counted from 1; 0 for none yet.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Weights, moving average, optimiser states, best weights and their statistics.</summary>
    public required IReadOnlyList<float[]> Arrays { get; init; }

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Save(string path)
    {
        using MemoryStream memory = new();
        using (BinaryWriter writer = new(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Plan);
            writer.Write(Step);
            writer.Write(FirstLoss);
            writer.Write(Loss);
            writer.Write(Accuracy);
            writer.Write(BestEpoch);
            writer.Write(Epochs.Count);
            foreach (EpochRecord epoch in Epochs)
            {
                writer.Write(epoch.Epoch);
                foreach (double value in new[] { epoch.LearningRate, epoch.TrainingLoss, epoch.TrainingAccuracy, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.ValidationMeanRecall })
                {
                    writer.Write(value);
                }
            }

            writer.Write(Arrays.Count);
            foreach (float[] array in Arrays)
            {
                writer.Write(array.Length);
                foreach (float value in array) writer.Write(value);
            }
        }

        memory.Write(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        using AtomicFile file = new(path);
        memory.WriteTo(file.Stream);
        file.Commit();
    }

    /// <exception cref="CheckpointFormatException">The file is none, or damaged.</exception>
    public static TrainingCheckpoint Load(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int length = bytes.Length - SHA256.HashSizeInBytes;
        if (length <= 0 || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
        {
            throw new CheckpointFormatException($"{path}: no training checkpoint, or a damaged one; remove it to begin anew");
        }

        using BinaryReader reader = new(new MemoryStream(bytes, 0, length), Encoding.UTF8);
        if (reader.ReadString() != Magic) throw new CheckpointFormatException($"{path}: a training checkpoint of another version; remove it to begin anew");
        string plan = reader.ReadString();
        long step = reader.ReadInt64();
        double first = reader.ReadDouble(), loss = reader.ReadDouble(), accuracy = reader.ReadDouble();
        int best = reader.ReadInt32();
        EpochRecord[] epochs = new EpochRecord[reader.ReadInt32()];
        for (int i = 0; i < epochs.Length; i++)
        {
            epochs[i] = new EpochRecord(
                reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        }

        float[][] arrays = new float[reader.ReadInt32()][];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = new float[reader.ReadInt32()];
            for (int j = 0; j < arrays[i].Length; j++) arrays[i][j] = BinaryPrimitives.ReadSingleLittleEndian(reader.ReadBytes(sizeof(float)));
        }

        return new TrainingCheckpoint { Plan = plan, Step = step, FirstLoss = first, Loss = loss, Accuracy = accuracy, Epochs = epochs, BestEpoch = best, Arrays = arrays };
    }
}
