using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MicroExpNet.Files;

namespace MicroExpNet.Training.Engine;

/// <summary>
/// The state of a run, in one file: its fingerprint, its step, the weights, their moving average, the optimiser's states, and what has
/// been recorded. Random choices follow from seed and step, so nothing else is needed. The file ends in its SHA-256 hash.
/// </summary>
internal sealed record TrainingCheckpoint
{
    private const string Name = "mexp training checkpoint ";
    private const string Magic = Name + "3";

    // An epoch's number and its six values.
    private const int EpochSize = sizeof(int) + (6 * sizeof(double));

    /// <summary>What decides the run's bits.</summary>
    public required RunFingerprint Fingerprint { get; init; }

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>Steps the run was to do.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps of an epoch, or between reports.</summary>
    public required long StepsPerPeriod { get; init; }

    /// <summary>The loss of the first step; NaN before it.</summary>
    public required double FirstLoss { get; init; }

    /// <summary>Sum of the losses of the period in progress.</summary>
    public required double LossSum { get; init; }

    /// <summary>Steps of the period in progress.</summary>
    public required long LossSteps { get; init; }

    /// <summary>The weights, their moving average, and the optimiser's states, each <c>[parameters]</c>.</summary>
    public required IReadOnlyList<float[]> Arrays { get; init; }

    /// <summary>What a classifier's run has recorded; null for a detector's.</summary>
    public required EpochHistory? History { get; init; }

    /// <summary>The model the run would give if it ended now, as an ONNX file; empty for none.</summary>
    public required byte[] Model { get; init; }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path)
    {
        using MemoryStream memory = new();
        using (BinaryWriter writer = new(memory, Encoding.UTF8, leaveOpen: true)) Write(writer);
        memory.Write(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        using AtomicFile file = new(path);
        memory.WriteTo(file.Stream);
        file.Commit();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="advice">What a message about a file that cannot be read ends with.</param>
    /// <exception cref="CheckpointFormatException">The file is no training checkpoint, of another version, or damaged.</exception>
    public static TrainingCheckpoint Load(string path, string advice = "remove it to begin anew")
    {
        byte[] bytes = File.ReadAllBytes(path);
        int length = bytes.Length - SHA256.HashSizeInBytes;
        if (length <= 0 || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
        {
            throw new CheckpointFormatException($"{path}: not a training checkpoint, or a damaged one; {advice}");
        }

        using BinaryReader reader = new(new MemoryStream(bytes, 0, length), Encoding.UTF8);
        try
        {
            string magic = reader.ReadString();
            if (magic != Magic)
            {
                throw new CheckpointFormatException(magic.StartsWith(Name, StringComparison.Ordinal)
                    ? $"{path}: a training checkpoint of another version of this program; {advice}"
                    : $"{path}: not a training checkpoint; {advice}");
            }

            TrainingCheckpoint checkpoint = Read(reader);
            if (reader.BaseStream.Position != length) throw new InvalidDataException();
            return checkpoint;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            throw new CheckpointFormatException($"{path}: a damaged training checkpoint; {advice}", e);
        }
    }

    private static TrainingCheckpoint Read(BinaryReader reader)
    {
        var parts = new (string, string)[ReadCount(reader, 2)];
        for (int i = 0; i < parts.Length; i++) parts[i] = (reader.ReadString(), reader.ReadString());
        long step = reader.ReadInt64(), steps = reader.ReadInt64(), stepsPerPeriod = reader.ReadInt64();
        double firstLoss = reader.ReadDouble(), lossSum = reader.ReadDouble();
        long lossSteps = reader.ReadInt64();
        float[][] arrays = new float[ReadCount(reader, sizeof(int))][];
        for (int i = 0; i < arrays.Length; i++) arrays[i] = ReadArray(reader);
        EpochHistory? history = reader.ReadBoolean() ? ReadHistory(reader) : null;
        byte[] model = new byte[ReadCount(reader, 1)];
        reader.BaseStream.ReadExactly(model);
        bool hasSteps = step >= 0 && step <= Math.Min(steps, int.MaxValue) && stepsPerPeriod >= 1 && lossSteps >= 0 && lossSteps <= step;
        if (!hasSteps) throw new InvalidDataException();
        return new TrainingCheckpoint
        {
            Fingerprint = new RunFingerprint(parts),
            Step = step,
            Steps = steps,
            StepsPerPeriod = stepsPerPeriod,
            FirstLoss = firstLoss,
            LossSum = lossSum,
            LossSteps = lossSteps,
            Arrays = arrays,
            History = history,
            Model = model,
        };
    }

    private static EpochHistory ReadHistory(BinaryReader reader)
    {
        double accuracy = reader.ReadDouble();
        EpochRecord[] epochs = new EpochRecord[ReadCount(reader, EpochSize)];
        for (int i = 0; i < epochs.Length; i++)
        {
            epochs[i] = new EpochRecord(
                reader.ReadInt32(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(),
                    reader.ReadDouble());
            if (epochs[i].Epoch != i + 1) throw new InvalidDataException();
        }

        int best = reader.ReadInt32();
        if (best < 0 || best > epochs.Length) throw new InvalidDataException();
        return new EpochHistory(accuracy, epochs, best, ReadArray(reader), ReadArray(reader));
    }

    private static float[] ReadArray(BinaryReader reader)
    {
        float[] array = new float[ReadCount(reader, sizeof(float))];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(array.AsSpan()));
        return array;
    }

    // A count is compared with what is left of the file before memory is reserved for it.
    private static int ReadCount(BinaryReader reader, int size)
    {
        int count = reader.ReadInt32();
        return count >= 0 && count <= (reader.BaseStream.Length - reader.BaseStream.Position) / size
            ? count
            : throw new InvalidDataException();
    }

    private static void WriteArray(BinaryWriter writer, float[] array)
    {
        writer.Write(array.Length);
        writer.Write(MemoryMarshal.AsBytes(array.AsSpan()));
    }

    private static void WriteHistory(BinaryWriter writer, EpochHistory history)
    {
        writer.Write(history.Accuracy);
        writer.Write(history.Epochs.Count);
        foreach (EpochRecord epoch in history.Epochs)
        {
            writer.Write(epoch.Epoch);
            writer.Write(epoch.LearningRate);
            writer.Write(epoch.TrainingLoss);
            writer.Write(epoch.TrainingAccuracy);
            writer.Write(epoch.ValidationLoss);
            writer.Write(epoch.ValidationAccuracy);
            writer.Write(epoch.ValidationMeanRecall);
        }

        writer.Write(history.BestEpoch);
        WriteArray(writer, history.BestWeights);
        WriteArray(writer, history.BestStatistics);
    }

    private void Write(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(Fingerprint.Parts.Length);
        foreach ((string name, string value) in Fingerprint.Parts)
        {
            writer.Write(name);
            writer.Write(value);
        }

        writer.Write(Step);
        writer.Write(Steps);
        writer.Write(StepsPerPeriod);
        writer.Write(FirstLoss);
        writer.Write(LossSum);
        writer.Write(LossSteps);
        writer.Write(Arrays.Count);
        foreach (float[] array in Arrays) WriteArray(writer, array);
        writer.Write(History is not null);
        if (History is not null) WriteHistory(writer, History);
        writer.Write(Model.Length);
        writer.Write(Model);
    }
}
