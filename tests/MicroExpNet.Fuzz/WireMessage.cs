namespace MicroExpNet.Fuzz;

/// <summary>
/// A Protobuf message as a tree of fields, without a schema: a length-delimited field whose bytes can be read as fields is a message.
/// So a number can be changed anywhere, with the lengths around it still right.
/// </summary>
internal sealed class WireMessage
{
    private const int MaxDepth = 8, MaxMessage = 1 << 20;
    private const int Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5;

    private sealed class Field
    {
        public required int Number { get; init; }

        public required int Wire { get; init; }

        public ulong Value { get; set; }

        public byte[] Bytes { get; set; } = [];

        public WireMessage? Message { get; init; }
    }

    private readonly List<Field> _fields = [];

    /// <summary>Reads a message; null where the bytes are none.</summary>
    public static WireMessage? Parse(ReadOnlySpan<byte> bytes, int depth = 0)
    {
        WireMessage message = new();
        while (!bytes.IsEmpty)
        {
            if (!ReadVarint(ref bytes, out ulong tag) || tag >> 3 is 0 or > 100) return null;
            int wire = (int)(tag & 7), length = wire == Fixed64 ? 8 : 4;
            ulong value = 0;
            if (wire is Varint or Delimited && !ReadVarint(ref bytes, out value)) return null;
            if (wire == Varint)
            {
                message._fields.Add(new Field { Number = (int)(tag >> 3), Wire = wire, Value = value });
                continue;
            }

            if (wire == Delimited)
            {
                if (value > (ulong)bytes.Length) return null;
                length = (int)value;
            }

            if (wire is not (Delimited or Fixed64 or Fixed32) || length > bytes.Length) return null;
            bool mayBeMessage = wire == Delimited && length is > 1 and < MaxMessage && depth < MaxDepth;
            WireMessage? inner = mayBeMessage ? Parse(bytes[..length], depth + 1) : null;
            byte[] content = inner is null ? bytes[..length].ToArray() : [];
            message._fields.Add(new Field { Number = (int)(tag >> 3), Wire = wire, Bytes = content, Message = inner });
            bytes = bytes[length..];
        }

        return message;
    }

    /// <summary>Changes a few fields.</summary>
    public void Mutate(Random random)
    {
        List<(WireMessage Owner, Field Field)> all = [];
        Collect(all);
        for (int times = random.Next(1, 6); times > 0 && all.Count > 0; times--)
        {
            (WireMessage owner, Field field) = all[random.Next(all.Count)];
            int at = owner._fields.IndexOf(field);
            if (at < 0) continue;
            switch (random.Next(8))
            {
                case 0:
                    owner._fields.RemoveAt(at);
                    break;
                case 1:
                    for (int copies = random.Next(10) == 0 ? 200 : 1; copies > 0; copies--) owner._fields.Insert(at, field);
                    break;
                case 2:
                    (_, Field other) = all[random.Next(all.Count)];

                    // Another message could hold this one.
                    if (other.Message is null) owner._fields[at] = other;
                    break;
                default:
                    Change(random, field);
                    break;
            }
        }
    }

    /// <summary>Writes the message.</summary>
    public byte[] ToBytes()
    {
        List<byte> bytes = [];
        foreach (Field field in _fields)
        {
            WriteVarint(bytes, ((ulong)field.Number << 3) | (uint)field.Wire);
            if (field.Wire == Varint)
            {
                WriteVarint(bytes, field.Value);
                continue;
            }

            byte[] content = field.Message?.ToBytes() ?? field.Bytes;
            if (field.Wire == Delimited) WriteVarint(bytes, (ulong)content.Length);
            bytes.AddRange(content);
        }

        return [.. bytes];
    }

    private static void Change(Random random, Field field)
    {
        switch (field.Wire)
        {
            case Varint:
                field.Value = (ulong)HostileNumbers.Integer(random);
                break;
            case Fixed32:
                field.Bytes = BitConverter.GetBytes(HostileNumbers.Float(random));
                break;
            case Delimited when field.Message is null && field.Bytes.Length > 0:
                field.Bytes = ByteMutation.Apply(random, field.Bytes, head: 8);
                break;
        }
    }

    private void Collect(List<(WireMessage Owner, Field Field)> all)
    {
        foreach (Field field in _fields)
        {
            all.Add((this, field));
            field.Message?.Collect(all);
        }
    }

    private static bool ReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static void WriteVarint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
    }
}
