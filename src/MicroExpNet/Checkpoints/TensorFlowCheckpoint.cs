using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace MicroExpNet.Checkpoints;

/// <summary>A TensorFlow V2 checkpoint: an index of named tensors, and the data files that hold them. Every checksum is verified.</summary>
internal sealed class TensorFlowCheckpoint
{
    private const long MaxIndexLength = 64 << 20;
    private const int MaxShards = 99_999;

    private readonly string _prefix;
    private readonly BundleHeader _header;
    private readonly Dictionary<string, BundleEntry> _entries;

    private TensorFlowCheckpoint(string prefix, BundleHeader header, Dictionary<string, BundleEntry> entries)
    {
        _prefix = prefix;
        _header = header;
        _entries = entries;
    }

    /// <summary>The index file.</summary>
    public string IndexPath => CheckpointLocation.IndexPath(_prefix);

    /// <summary>The tensors' names, in order.</summary>
    public IEnumerable<string> Names => _entries.Keys.Order(StringComparer.Ordinal);

    /// <summary>Reads a checkpoint's index.</summary>
    /// <param name="path">A folder with a <c>checkpoint</c> file, the prefix, or one of the files.</param>
    /// <exception cref="ModelFormatException">The index is damaged, or not an index.</exception>
    /// <exception cref="IOException">There is no checkpoint, or it cannot be read.</exception>
    public static TensorFlowCheckpoint Open(string path)
    {
        string prefix = CheckpointLocation.FindPrefix(path);
        string index = CheckpointLocation.IndexPath(prefix);
        if (!File.Exists(index))
        {
            throw new FileNotFoundException($"{index}: there is no such file; a checkpoint's data is of no use without its index", index);
        }

        if (new FileInfo(index).Length > MaxIndexLength)
        {
            throw new ModelFormatException($"{index}: larger than {MaxIndexLength >> 20} MiB; expected the index of a tiny network");
        }

        byte[] file = File.ReadAllBytes(index);
        List<TableEntry> table = SortedTable.Read(file, index);
        try
        {
            if (table is not [{ Key: "" } first, ..])
            {
                throw new ModelFormatException(
                    $"{index}: its first entry is not the header; expected the index of a TensorFlow checkpoint");
            }

            BundleHeader header = BundleHeader.Parse(file, first.ValueStart, first.ValueEnd);
            if (header.IsBigEndian) throw new ModelFormatException($"{index}: its tensors are big endian; expected little endian");
            if (header.Shards is < 1 or > MaxShards)
            {
                throw new ModelFormatException($"{index}: it counts {header.Shards} data files; expected 1 to {MaxShards}");
            }

            return new TensorFlowCheckpoint(
                prefix, header, table.Skip(1).ToDictionary(
                    entry => entry.Key, entry => BundleEntry.Parse(file, entry.ValueStart, entry.ValueEnd), StringComparer.Ordinal));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelFormatException($"{index}: an entry is no message of TensorFlow ({e.Message})", e);
        }
    }

    /// <summary>A tensor's shape.</summary>
    /// <exception cref="ModelFormatException">There is none of that name.</exception>
    public ImmutableArray<long> ShapeOf(string name) => Entry(name).Shape;

    /// <summary>A tensor's values.</summary>
    /// <exception cref="ModelFormatException">There is none of that name, it is not of floats, or its data is damaged.</exception>
    /// <exception cref="IOException">Its data file cannot be read.</exception>
    public float[] ReadFloats(string name)
    {
        BundleEntry entry = Entry(name);
        if (entry.IsSliced) throw Broken(name, "it is stored in slices; expected it whole");
        if (entry.DataType != BundleEntry.FloatType)
        {
            throw Broken(name, $"its type is TensorFlow's number {entry.DataType}; expected {BundleEntry.FloatType}, float32");
        }

        long count = entry.Count;
        if (count < 0 || entry.Size != count * sizeof(float))
        {
            throw Broken(
                name, $"its shape is [{string.Join(',', entry.Shape)}] and its size {entry.Size} bytes; expected four bytes a value");
        }

        if (entry.Shard < 0 || entry.Shard >= _header.Shards) throw Broken(name, $"it lies in data file {entry.Shard} of {_header.Shards}");
        string path = CheckpointLocation.DataPath(_prefix, entry.Shard, _header.Shards);
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such file; tensor '{name}' lies in it", path);
        using FileStream data = File.OpenRead(path);
        if (entry.Offset < 0 || entry.Offset > data.Length - entry.Size)
        {
            throw new ModelFormatException(
                $"{path}: tensor '{name}' lies at offset {entry.Offset} with {entry.Size} bytes, but the file has {data.Length}; "
                + "it is cut short");
        }

        float[] values = new float[count];
        Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan());
        data.Position = entry.Offset;
        data.ReadExactly(bytes);
        uint checksum = Crc32C.Masked(bytes);
        if (checksum != entry.Checksum)
        {
            throw new ModelFormatException(
                $"{path}: tensor '{name}' at offset {entry.Offset} is damaged: its checksum is {checksum:x8}; "
                + $"expected {entry.Checksum:x8}");
        }

        int notFinite = Array.FindIndex(values, value => !float.IsFinite(value));
        if (notFinite >= 0)
        {
            throw new ModelFormatException(
                $"{path}: tensor '{name}' holds {values[notFinite]} at index {notFinite}; expected finite values");
        }

        return values;
    }

    private BundleEntry Entry(string name) => _entries.TryGetValue(name, out BundleEntry? entry)
        ? entry
        : throw new ModelFormatException($"{IndexPath}: tensor '{name}' is missing; it holds {Shown()}");

    private string Shown()
    {
        string[] names = [.. Names.Take(8)];
        return names.Length == 0
            ? "no tensors"
            : string.Join(", ", names) + (_entries.Count > names.Length ? $" and {_entries.Count - names.Length} more" : "");
    }

    private ModelFormatException Broken(string name, string why) => new($"{IndexPath}: tensor '{name}': {why}");
}
