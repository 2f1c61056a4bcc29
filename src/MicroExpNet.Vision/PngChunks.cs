using System.Buffers.Binary;

namespace MicroExpNet.Vision;

/// <summary>The chunks of a PNG file (third edition, 5.3).</summary>
internal static class PngChunks
{
    private const int SignatureLength = 8;

    // Length and type before the data, checksum after it.
    private const int Head = 8;
    private const int Tail = 4;

    /// <summary>Finds the first chunk of a type.</summary>
    /// <param name="file">The file, which may be cut short.</param>
    /// <param name="type">The type's four letters.</param>
    /// <param name="data">Receives the chunk's data.</param>
    /// <returns>Whether the whole of it is there.</returns>
    public static bool TryFind(ReadOnlySpan<byte> file, ReadOnlySpan<byte> type, out ReadOnlySpan<byte> data)
    {
        data = [];
        long at = SignatureLength;
        while (at + Head + Tail <= file.Length)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length > chunk.Length - Head - Tail) return false;
            if (chunk.Slice(4, 4).SequenceEqual(type))
            {
                data = chunk.Slice(Head, (int)length);
                return true;
            }

            at += Head + length + Tail;
        }

        return false;
    }
}
