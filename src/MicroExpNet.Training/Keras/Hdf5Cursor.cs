using System.Buffers.Binary;
using System.Text;

namespace MicroExpNet.Training.Keras;

/// <summary>Reads numbers and texts of a structure of an HDF5 file, one after another, little-endian.</summary>
/// <param name="bytes">The structure.</param>
internal ref struct Hdf5Cursor(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read by now.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes left.</summary>
    public readonly int Left => _bytes.Length - Position;

    /// <summary>The next bytes.</summary>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > Left) throw new InvalidDataException("a structure is shorter than it says");
        ReadOnlySpan<byte> taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    /// <summary>Passes over bytes.</summary>
    public void Skip(long count) => Take(count);

    /// <summary>A number of one byte.</summary>
    public int Byte() => Take(1)[0];

    /// <summary>A number of two bytes.</summary>
    public int Short() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>A number of four bytes.</summary>
    public uint Int() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>A number of eight bytes: a length or an address.</summary>
    public ulong Long() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of 1, 2, 4 or 8 bytes.</summary>
    public ulong Number(int size) => size switch
    {
        1 => (ulong)Byte(),
        2 => (ulong)Short(),
        4 => Int(),
        _ => Long(),
    };

    /// <summary>A text, up to its first zero.</summary>
    /// <param name="length">The bytes that it takes.</param>
    public string Text(long length)
    {
        ReadOnlySpan<byte> text = Take(length);
        int end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    /// <summary>Checks the mark that a structure begins with.</summary>
    /// <exception cref="InvalidDataException">It is another.</exception>
    public void Signature(ReadOnlySpan<byte> signature)
    {
        if (!Take(signature.Length).SequenceEqual(signature))
        {
            throw new InvalidDataException($"'{Encoding.ASCII.GetString(signature)}' is missing where an address leads to");
        }
    }
}
