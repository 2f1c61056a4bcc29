using System.Buffers.Binary;
using System.Text;

namespace MicroExpNet.Checkpoints;

/// <summary>
/// A sorted string table, LevelDB's format, in which TensorFlow stores a checkpoint's index: blocks of prefix-compressed keys with
/// restart points and a checksum each, an index block that points to them, and a footer that points to that.
/// </summary>
internal sealed class SortedTable
{
    private const int FooterLength = 48;
    private const int TrailerLength = 5;

    // Keys share their beginnings, so that a small file could hold many long ones.
    private const int MaxKeyLength = 1 << 10;
    private const int MaxEntries = 1 << 14;
    private const ulong Magic = 0xdb4775248b80fb57;

    private readonly byte[] _file;
    private readonly string _path;

    private SortedTable(byte[] file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>All entries, in the order of their keys.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">How messages name it.</param>
    /// <exception cref="ModelFormatException">The file is no such table, or damaged.</exception>
    public static List<TableEntry> Read(byte[] file, string path) => new SortedTable(file, path).Read();

    private List<TableEntry> Read()
    {
        if (_file.Length < FooterLength)
        {
            throw Broken($"only {_file.Length} bytes; expected a checkpoint's index, which ends in a footer of {FooterLength}");
        }

        ReadOnlySpan<byte> footer = _file.AsSpan(_file.Length - FooterLength);
        ulong magic = BinaryPrimitives.ReadUInt64LittleEndian(footer[(FooterLength - sizeof(ulong))..]);
        if (magic != Magic) throw Broken($"no table of TensorFlow, or cut short: its last 8 bytes are {magic:x16}; expected {Magic:x16}");
        int position = _file.Length - FooterLength;
        int end = _file.Length - sizeof(ulong);
        ReadVarint(ref position, end);
        ReadVarint(ref position, end);
        List<TableEntry> entries = [];
        string? last = null;
        int blocksEnd = 0;
        foreach (TableEntry block in ReadBlock(ReadHandle(ref position, end)))
        {
            int handle = block.ValueStart;
            (int start, int blockEnd) = ReadHandle(ref handle, block.ValueEnd);
            if (start < blocksEnd)
            {
                throw Broken($"offset {block.ValueStart}: a block at {start}, inside or before the one that ends at {blocksEnd}");
            }

            blocksEnd = blockEnd;
            foreach (TableEntry entry in ReadBlock((start, blockEnd)))
            {
                if (entries.Count == MaxEntries) throw Broken($"more than {MaxEntries} tensors; expected the index of a tiny network");
                if (last is not null && string.CompareOrdinal(entry.Key, last) <= 0)
                {
                    throw Broken($"offset {entry.ValueStart}: key '{entry.Key}' does not come after '{last}'; expected keys in order");
                }

                last = entry.Key;
                entries.Add(entry);
            }
        }

        return entries;
    }

    private (int Start, int End) ReadHandle(ref int position, int end)
    {
        int at = position;
        ulong start = ReadVarint(ref position, end);
        ulong length = ReadVarint(ref position, end);
        ulong limit = (ulong)(_file.Length - FooterLength);
        if (start > limit || length > limit - start || limit - start - length < TrailerLength)
        {
            throw Broken($"offset {at}: a block at {start} of {length} bytes; the file has {limit} before its footer");
        }

        return ((int)start, (int)(start + length));
    }

    private List<TableEntry> ReadBlock((int Start, int End) block)
    {
        (int start, int end) = block;
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(end + 1));
        uint actual = Crc32C.Masked(_file.AsSpan(start, end + 1 - start));
        if (stored != actual) throw Broken($"offset {start}: a damaged block: its checksum is {actual:x8}; expected {stored:x8}");
        if (_file[end] != 0)
        {
            string kind = _file[end] == 1 ? "Snappy" : $"method {_file[end]}";
            throw Broken(
                $"offset {start}: a block compressed with {kind}, which is not supported; "
                + "expected an uncompressed one, as TensorFlow writes it");
        }

        if (end - start < sizeof(uint)) throw Broken($"offset {start}: a block of {end - start} bytes; expected its restart points");
        uint restarts = BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(end - sizeof(uint)));
        long entriesEnd = end - sizeof(uint) - (sizeof(uint) * (long)restarts);
        if (entriesEnd < start)
        {
            throw Broken($"offset {start}: a block of {end - start} bytes with {restarts} restart points; they do not fit");
        }

        HashSet<long> restartPoints = [];
        for (int i = 0; i < restarts; i++)
        {
            restartPoints.Add(start + (long)BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan((int)entriesEnd + (i * sizeof(uint)))));
        }

        return ReadEntries(start, (int)entriesEnd, restartPoints);
    }

    private List<TableEntry> ReadEntries(int start, int end, HashSet<long> restartPoints)
    {
        // A key shares its beginning with the one before it; only a byte array can be cut anywhere.
        List<TableEntry> entries = [];
        byte[] key = [];
        int position = start;
        while (position < end)
        {
            int at = position;
            ulong shared = ReadVarint(ref position, end);
            ulong unshared = ReadVarint(ref position, end);
            ulong valueLength = ReadVarint(ref position, end);
            ulong left = (ulong)(end - position);
            if (shared > (ulong)key.Length || unshared > left || valueLength > left - unshared)
            {
                throw Broken($"offset {at}: an entry that does not fit its block");
            }

            if (shared > 0 && restartPoints.Contains(at)) throw Broken($"offset {at}: a restart point whose key is not whole");
            if (shared + unshared > MaxKeyLength)
            {
                throw Broken($"offset {at}: a key of {shared + unshared} bytes; expected at most {MaxKeyLength}");
            }

            if (entries.Count > MaxEntries) throw Broken($"offset {at}: more than {MaxEntries} entries in one block");
            key = [.. key.AsSpan(0, (int)shared), .. _file.AsSpan(position, (int)unshared)];
            position += (int)unshared;
            entries.Add(new TableEntry(Encoding.UTF8.GetString(key), position, position + (int)valueLength));
            position += (int)valueLength;
        }

        return entries;
    }

    private ulong ReadVarint(ref int position, int end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (position >= end) throw Broken($"offset {position}: a number is cut short");
            byte next = _file[position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw Broken($"offset {position}: a number of more than 64 bits");
    }

    private ModelFormatException Broken(string why) => new($"{_path}: {why}");
}
