using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using MicroExpNet.Checkpoints;

namespace MicroExpNet.Tests.Checkpoints;

/// <summary>Writes TensorFlow V2 checkpoints to read in tests: any tensors, several blocks and data files, and faults on demand.</summary>
internal sealed class CheckpointFile
{
    private readonly SortedDictionary<string, (long[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    public int Shards { get; init; } = 1;

    /// <summary>Entries a block; the next block starts after them.</summary>
    public int EntriesPerBlock { get; init; } = 100;

    /// <summary>Entries from one restart point to the next.</summary>
    public int RestartInterval { get; init; } = 16;

    public byte Compression { get; init; }

    public bool BigEndian { get; init; }

    /// <summary>Changes an entry's message before it is written: type, sliced.</summary>
    public Func<string, (int Type, bool Sliced)> Entry { get; init; } = _ => (1, false);

    /// <summary>Changes a block's bytes before its checksum is taken.</summary>
    public Action<byte[]>? Damage { get; init; }

    public CheckpointFile Add(string name, params long[] shape)
    {
        Random random = new(name.Length + (int)shape.Sum());
        _tensors[name] =
            (shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)]);
        return this;
    }

    public CheckpointFile Remove(string name)
    {
        _tensors.Remove(name);
        return this;
    }

    public float[] Values(string name) => _tensors[name].Values;

    /// <summary>The variables of one of the original's networks, with Adam's slots beside them.</summary>
    public CheckpointFile AddNetwork(long features, long hidden, long classes = 8)
    {
        (string Name, long[] Shape)[] variables =
        [
            ("wc1", [8, 8, 1, 16]), ("bc1", [16]), ("wc2", [4, 4, 16, 32]), ("bc2", [32]), ("wfc", [features, hidden]), ("bfc", [hidden]),
                ("wo", [hidden, classes]), ("bo", [classes]),
        ];
        foreach ((string name, long[] shape) in variables)
        {
            Add(name, shape);
            Add($"{name}/Adam", shape);
            Add($"{name}/Adam_1", shape);
        }

        return Add("beta1_power", 1);
    }

    /// <summary>Writes the files and returns their prefix.</summary>
    public string Write(string folder, string name = "model")
    {
        string prefix = Path.Combine(folder, name);
        List<byte[]> data = [.. Enumerable.Range(0, Shards).Select(_ => Array.Empty<byte>())];
        List<(string Key, byte[] Value)> entries = [("", Header())];
        int next = 0;
        foreach ((string key, (long[] shape, float[] values)) in _tensors)
        {
            int shard = next++ % Shards;
            byte[] bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
            (int type, bool sliced) = Entry(key);
            entries.Add((key, EntryMessage(type, shape, shard, data[shard].Length, bytes, sliced)));
            data[shard] = [.. data[shard], .. bytes];
        }

        for (int i = 0; i < Shards; i++) File.WriteAllBytes($"{prefix}.data-{i:00000}-of-{Shards:00000}", data[i]);
        File.WriteAllBytes($"{prefix}.index", Table(entries));
        File.WriteAllText(Path.Combine(folder, "checkpoint"), $"model_checkpoint_path: \"{name}\"\n");
        return prefix;
    }

    private byte[] Header() => Message(output =>
    {
        output.WriteRawTag(0x08);
        output.WriteInt32(Shards);
        if (!BigEndian) return;
        output.WriteRawTag(0x10);
        output.WriteInt32(1);
    });

    private static byte[] EntryMessage(int type, long[] shape, int shard, long offset, byte[] bytes, bool sliced) => Message(output =>
    {
        output.WriteRawTag(0x08);
        output.WriteInt32(type);
        output.WriteRawTag(0x12);
        output.WriteBytes(ByteString.CopyFrom(Message(dimensions =>
        {
            foreach (long size in shape)
            {
                dimensions.WriteRawTag(0x12);
                dimensions.WriteBytes(ByteString.CopyFrom(Message(dimension =>
                {
                    dimension.WriteRawTag(0x08);
                    dimension.WriteInt64(size);
                })));
            }
        })));
        output.WriteRawTag(0x18);
        output.WriteInt32(shard);
        output.WriteRawTag(0x20);
        output.WriteInt64(offset);
        output.WriteRawTag(0x28);
        output.WriteInt64(bytes.Length);
        output.WriteRawTag(0x35);
        output.WriteFixed32(Crc32C.Masked(bytes));
        if (!sliced) return;
        output.WriteRawTag(0x3a);
        output.WriteBytes(ByteString.Empty);
    });

    private byte[] Table(List<(string Key, byte[] Value)> entries)
    {
        using MemoryStream file = new();
        List<(string Key, byte[] Value)> index = [];
        foreach ((string Key, byte[] Value)[] chunk in entries.Chunk(EntriesPerBlock)) index.Add((chunk[^1].Key, WriteBlock(file, chunk)));
        byte[] meta = WriteBlock(file, []);
        byte[] handle = WriteBlock(file, index);
        byte[] footer = new byte[48];
        meta.CopyTo(footer, 0);
        handle.CopyTo(footer, meta.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(footer.AsSpan(40), 0xdb4775248b80fb57);
        file.Write(footer);
        return file.ToArray();
    }

    private byte[] WriteBlock(MemoryStream file, IReadOnlyList<(string Key, byte[] Value)> entries)
    {
        using MemoryStream block = new();
        List<uint> restarts = [];
        byte[] last = [];
        for (int i = 0; i < entries.Count; i++)
        {
            byte[] key = Encoding.UTF8.GetBytes(entries[i].Key);
            int shared = 0;
            if (i % RestartInterval == 0) restarts.Add((uint)block.Length);
            else while (shared < Math.Min(key.Length, last.Length) && key[shared] == last[shared]) shared++;
            block.Write(Varints(shared, key.Length - shared, entries[i].Value.Length));
            block.Write(key.AsSpan(shared));
            block.Write(entries[i].Value);
            last = key;
        }

        if (restarts.Count == 0) restarts.Add(0);
        byte[] number = new byte[4];
        foreach (uint restart in restarts.Append((uint)restarts.Count))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(number, restart);
            block.Write(number);
        }

        byte[] bytes = [.. block.ToArray(), Compression];
        if (entries.Count > 0) Damage?.Invoke(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(number, Crc32C.Masked(bytes));
        long start = file.Position;
        file.Write(bytes);
        file.Write(number);
        return Varints(start, bytes.Length - 1);
    }

    private static byte[] Varints(params long[] values) => Message(output =>
    {
        foreach (long value in values) output.WriteInt64(value);
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using MemoryStream bytes = new();
        using (CodedOutputStream output = new(bytes, leaveOpen: true)) write(output);
        return bytes.ToArray();
    }
}
