using System.Runtime.InteropServices;
using System.Text;

namespace MicroExpNet.Training.Keras;

/// <summary>
/// Reads the part of HDF5 that Keras writes: groups, attributes of numbers and texts, and data sets in one piece (The HDF Group,
/// "HDF5 File Format Specification", version 3.0). Lengths are compared with the file's before memory is reserved, no address is
/// followed twice on one way, and nothing outside the file is opened.
/// </summary>
internal sealed class Hdf5File : IDisposable
{
    private const ulong Undefined = ulong.MaxValue;
    private const int MaxLinks = 100_000;
    private const long MaxRereading = 64L << 20;

    // Types of header messages.
    private const int Dataspace = 0x01;
    private const int LinkInfo = 0x02;
    private const int Datatype = 0x03;
    private const int Link = 0x06;
    private const int ExternalFiles = 0x07;
    private const int Layout = 0x08;
    private const int Attribute = 0x0C;
    private const int Continuation = 0x10;
    private const int SymbolTable = 0x11;
    private const int AttributeInfo = 0x15;

    private readonly FileStream _file;
    private readonly Dictionary<ulong, Hdf5Object> _objects = [];
    private readonly Dictionary<ulong, Dictionary<uint, byte[]>> _heaps = [];
    private long _read;

    private Hdf5File(FileStream file)
    {
        _file = file;
        Root = Object(ReadSuperblock());
    }

    /// <summary>The first group.</summary>
    public Hdf5Object Root { get; }

    /// <summary>The file's length in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>The bytes that a file begins with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10];

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is damaged, or written in a way that is not read.</exception>
    public static Hdf5File Open(string path)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            return new Hdf5File(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>An object of a group; null where there is none.</summary>
    /// <param name="group">The group.</param>
    /// <param name="path">The object's name, or names separated by slashes.</param>
    public Hdf5Object? Find(Hdf5Object group, string path)
    {
        Hdf5Object? current = group;
        foreach (string name in path.Split('/'))
        {
            if (current?.Links is not { } links || !links.TryGetValue(name, out ulong? address)) return null;
            current = Object(address ?? throw new InvalidDataException($"'{path}' leads to another place by a link"));
        }

        return current;
    }

    /// <summary>The texts of an attribute.</summary>
    /// <param name="attribute">The attribute.</param>
    public string[] Texts((Hdf5Type Type, byte[] Data) attribute)
    {
        (Hdf5Type type, byte[] data) = attribute;
        if (type.Count * Math.Max(type.Size, 1) > data.Length) throw new InvalidDataException("an attribute is shorter than it says");
        string[] texts = new string[type.Count];
        Hdf5Cursor cursor = new(data);
        for (int i = 0; i < texts.Length; i++) texts[i] = type.Kind == Hdf5Kind.Text ? HeapText(ref cursor) : cursor.Text(type.Size);
        return texts;
    }

    /// <summary>The values of a data set.</summary>
    /// <param name="data">The data set, of floats.</param>
    public float[] Values(Hdf5Object data)
    {
        long bytes = data.Type!.Count * sizeof(float);
        if (bytes > Length) throw new InvalidDataException("more values than bytes in the file");
        if (data.Compact is { } compact)
        {
            if (compact.Length < bytes) throw new InvalidDataException("its values are not all there");
            return MemoryMarshal.Cast<byte, float>(compact.AsSpan(0, (int)bytes)).ToArray();
        }

        ulong address = data.Address ?? throw new InvalidDataException("its values are not in the file");
        Seek(address, bytes);
        float[] values = new float[data.Type.Count];
        _file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private void Seek(ulong address, long length)
    {
        if (address > (ulong)Length || length > Length - (long)address) throw new InvalidDataException("an address leads out of the file");
        _read += length;
        if (_read > (4 * Length) + MaxRereading) throw new InvalidDataException("its addresses lead in circles");
        _file.Position = (long)address;
    }

    private byte[] Read(ulong address, long length)
    {
        Seek(address, length);
        byte[] bytes = new byte[length];
        _file.ReadExactly(bytes);
        return bytes;
    }

    private ulong ReadSuperblock()
    {
        if (Length < 96) throw new InvalidDataException("cut short in its header");
        Hdf5Cursor header = new(Read(0, 96));
        header.Signature(Signature);
        int version = header.Byte();
        if (version > 3) throw new InvalidDataException($"version {version} of HDF5's header is not known");
        if (version < 2) header.Skip(4);
        int offsets = header.Byte(), lengths = header.Byte();
        if (offsets != 8 || lengths != 8)
        {
            throw new InvalidDataException($"addresses of {offsets} and lengths of {lengths} bytes; expected 8");
        }
        header.Skip(version switch { 0 => 9, 1 => 13, _ => 1 });
        ulong start = header.Long();
        header.Skip(8);
        ulong end = header.Long();
        if (start != 0) throw new InvalidDataException("it does not begin at its first byte");
        if (end > (ulong)Length) throw new InvalidDataException($"cut short: {Length} of {end} bytes are there");
        if (version < 2) header.Skip(16);
        return header.Long();
    }

    private Hdf5Object Object(ulong address)
    {
        if (_objects.TryGetValue(address, out Hdf5Object? known)) return known;
        Hdf5Object result = new();
        byte[]? type = null, space = null;
        foreach ((int kind, byte[] message) in Messages(address))
        {
            switch (kind)
            {
                case Dataspace:
                    space = message;
                    break;
                case Datatype:
                    type = message;
                    break;
                case Layout:
                    ReadLayout(message, result);
                    break;
                case ExternalFiles:
                    throw new InvalidDataException("values in other files");
                case Attribute:
                    ReadAttribute(message, result);
                    break;
                case AttributeInfo:
                    RequireCompact(message, skipped: 2);
                    break;
                case LinkInfo:
                    RequireCompact(message, skipped: 8);
                    result.Links ??= [];
                    break;
                case Link:
                    ReadLink(message, result.Links ??= []);
                    break;
                case SymbolTable:
                    Hdf5Cursor table = new(message);
                    ReadSymbolTable(table.Long(), table.Long(), result.Links ??= []);
                    break;
                default:
                    break;
            }
        }

        if (type is not null && space is not null) result.Type = Hdf5Type.Read(type, space);
        _objects.Add(address, result);
        return result;
    }

    // An object's header, which may go on in other places.
    private List<(int Kind, byte[] Data)> Messages(ulong address)
    {
        List<(int, byte[])> messages = [];
        Queue<(ulong Address, long Length)> parts = [];
        HashSet<ulong> visited = [address];
        byte[] start = Read(address, 16);
        Hdf5Cursor cursor = new(start);
        bool isNew = start.AsSpan(0, 4).SequenceEqual("OHDR"u8);
        int flags = 0;
        if (isNew)
        {
            cursor.Skip(4);
            if (cursor.Byte() != 2) throw new InvalidDataException("an object's header of an unknown version");
            flags = cursor.Byte();
            int prefix = 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0), size = 1 << (flags & 3);
            Hdf5Cursor length = new(Read(address + (ulong)prefix, size));
            ReadPart(Read(address + (ulong)(prefix + size), Checked(length.Number(size))));
        }
        else
        {
            if (cursor.Byte() != 1) throw new InvalidDataException("an object's header of an unknown version");
            cursor.Skip(7);
            ReadPart(Read(address + 16, cursor.Int()));
        }

        while (parts.TryDequeue(out (ulong Address, long Length) part))
        {
            if (!visited.Add(part.Address)) throw new InvalidDataException("its addresses lead in circles");
            byte[] bytes = Read(part.Address, part.Length);
            if (isNew && (part.Length < 8 || !bytes.AsSpan(0, 4).SequenceEqual("OCHK"u8)))
            {
                throw new InvalidDataException("'OCHK' is missing where an address leads to");
            }
            ReadPart(isNew ? bytes[4..^4] : bytes);
        }

        return messages;

        void ReadPart(byte[] bytes)
        {
            Hdf5Cursor part = new(bytes);
            int head = !isNew ? 8 : (flags & 4) != 0 ? 6 : 4;
            while (part.Left >= head)
            {
                int kind = isNew ? part.Byte() : part.Short(), size = part.Short(), messageFlags = part.Byte();
                part.Skip(head - (isNew ? 4 : 5));
                byte[] data = part.Take(size).ToArray();
                if (kind == Continuation)
                {
                    Hdf5Cursor next = new(data);
                    parts.Enqueue((next.Long(), Checked(next.Long())));
                }
                else if ((messageFlags & 2) != 0 && kind is Dataspace or Datatype or Attribute)
                {
                    throw new InvalidDataException("types that are shared by name");
                }
                else
                {
                    messages.Add((kind, data));
                }
            }
        }
    }

    private long Checked(ulong length) =>
        length <= (ulong)Length ? (long)length : throw new InvalidDataException("a length is more than the file's");

    // Many links or attributes in files of HDF5's latest form lie in a heap of their own.
    private static void RequireCompact(byte[] message, int skipped)
    {
        Hdf5Cursor info = new(message);
        info.Skip(1);
        if ((info.Byte() & 1) != 0) info.Skip(skipped);
        if (info.Long() != Undefined)
        {
            throw new InvalidDataException("groups in the form of libver='latest'; h5repack -h SOURCE.h5 TARGET.h5 writes the usual form");
        }
    }

    private static void ReadLayout(byte[] message, Hdf5Object result)
    {
        Hdf5Cursor layout = new(message);
        int version = layout.Byte();
        if (version is < 1 or > 4) throw new InvalidDataException($"values in layout {version}");
        int rank = version < 3 ? layout.Byte() : 0, kind = layout.Byte();
        if (version < 3) layout.Skip(5);
        if (kind == 0)
        {
            if (version < 3) layout.Skip(4 * rank);
            result.Compact = layout.Take(version < 3 ? layout.Int() : layout.Short()).ToArray();
        }
        else if (kind == 1)
        {
            ulong address = layout.Long();
            result.Address = address == Undefined ? null : address;
        }
    }

    private static void ReadAttribute(byte[] message, Hdf5Object result)
    {
        Hdf5Cursor attribute = new(message);
        int version = attribute.Byte(), flags = attribute.Byte();
        if (version is < 1 or > 3) throw new InvalidDataException($"an attribute of version {version}");
        if (version > 1 && (flags & 3) != 0) throw new InvalidDataException("types that are shared by name");
        int nameSize = attribute.Short(), typeSize = attribute.Short(), spaceSize = attribute.Short();
        if (version == 3) attribute.Skip(1);
        string name = attribute.Text(Padded(nameSize));
        ReadOnlySpan<byte> type = attribute.Take(Padded(typeSize)), space = attribute.Take(Padded(spaceSize));
        result.Attributes[name] = (Hdf5Type.Read(type, space), attribute.Take(attribute.Left).ToArray());

        int Padded(int size) => version == 1 ? (size + 7) / 8 * 8 : size;
    }

    private static void ReadLink(byte[] message, Dictionary<string, ulong?> links)
    {
        const int hard = 0;
        Hdf5Cursor link = new(message);
        if (link.Byte() != 1) throw new InvalidDataException("a link of an unknown version");
        int flags = link.Byte(), kind = (flags & 8) != 0 ? link.Byte() : hard;
        if ((flags & 4) != 0) link.Skip(8);
        if ((flags & 0x10) != 0) link.Skip(1);
        string name = link.Text((long)Math.Min(link.Number(1 << (flags & 3)), int.MaxValue));
        links[name] = kind == hard ? link.Long() : null;
    }

    // A tree whose leaves list names and addresses; the names are in a heap.
    private void ReadSymbolTable(ulong tree, ulong heap, Dictionary<string, ulong?> links)
    {
        Hdf5Cursor head = new(Read(heap, 32));
        head.Signature("HEAP"u8);
        head.Skip(4);
        long size = Checked(head.Long());
        head.Skip(8);
        byte[] names = Read(head.Long(), size);
        HashSet<ulong> visited = [tree];
        Stack<ulong> nodes = new([tree]);
        while (nodes.TryPop(out ulong address))
        {
            if (Read(address, 4).AsSpan().SequenceEqual("SNOD"u8))
            {
                ReadSymbols(address, names, links);
                continue;
            }

            Hdf5Cursor node = new(Read(address, 24));
            node.Signature("TREE"u8);
            node.Skip(2);
            int count = node.Short();
            Hdf5Cursor children = new(Read(address + 24, (count * 16L) + 8));
            for (int i = 0; i < count; i++)
            {
                children.Skip(8);
                ulong child = children.Long();
                if (!visited.Add(child)) throw new InvalidDataException("its addresses lead in circles");
                nodes.Push(child);
            }
        }
    }

    private void ReadSymbols(ulong address, byte[] names, Dictionary<string, ulong?> links)
    {
        const int softLink = 2;
        Hdf5Cursor node = new(Read(address, 8));
        node.Skip(6);
        int count = node.Short();
        Hdf5Cursor entries = new(Read(address + 8, count * 40L));
        for (int i = 0; i < count; i++)
        {
            Hdf5Cursor name = new(names);
            name.Skip((long)Math.Min(entries.Long(), int.MaxValue));
            ulong target = entries.Long();
            links[name.Text(name.Left)] = entries.Int() == softLink ? null : target;
            entries.Skip(20);
            if (links.Count > MaxLinks) throw new InvalidDataException($"a group of more than {MaxLinks} objects");
        }
    }

    private string HeapText(ref Hdf5Cursor reference)
    {
        uint length = reference.Int();
        ulong address = reference.Long();
        uint index = reference.Int();
        if (length == 0) return "";
        if (!_heaps.TryGetValue(address, out Dictionary<uint, byte[]>? heap))
        {
            heap = ReadHeap(address);
            _heaps.Add(address, heap);
        }

        return heap.TryGetValue(index, out byte[]? text) && text.Length >= length
            ? Encoding.UTF8.GetString(text, 0, (int)length).TrimEnd('\0')
            : throw new InvalidDataException("a text is not where its address leads to");
    }

    private Dictionary<uint, byte[]> ReadHeap(ulong address)
    {
        Hdf5Cursor head = new(Read(address, 16));
        head.Signature("GCOL"u8);
        head.Skip(4);
        long size = Checked(head.Long());
        if (size < 16) throw new InvalidDataException("a heap is shorter than its header");
        Hdf5Cursor objects = new(Read(address + 16, size - 16));
        Dictionary<uint, byte[]> heap = [];
        while (objects.Left >= 16)
        {
            uint index = (uint)objects.Short();
            if (index == 0) break;
            objects.Skip(6);
            long length = Checked(objects.Long());
            heap[index] = objects.Take(length).ToArray();
            objects.Skip(Math.Min((8 - (length % 8)) % 8, objects.Left));
        }

        return heap;
    }
}
