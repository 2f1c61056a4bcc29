using System.Buffers.Binary;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>The chunks of PNG and WebP files. What follows the pixels, such as the orientation, may be cut off though all pixels are
/// there.</summary>
internal static class ChunkedFile
{
    private const int RiffHead = 12;

    // Length and type.
    private const int ChunkHead = 8;

    /// <summary>Whether a file's end is missing; false for other formats.</summary>
    /// <param name="format">The file's format.</param>
    /// <param name="file">The file.</param>
    public static bool IsCut(SKEncodedImageFormat format, ReadOnlySpan<byte> file) => format switch
    {
        SKEncodedImageFormat.Png => !PngChunks.TryFind(file, "IEND"u8, out _),
        SKEncodedImageFormat.Webp => file.Length < RiffHead || IsCutWebP(file),
        _ => false,
    };

    // The byte that makes the last chunk's length even holds nothing, and some programs leave it out.
    private static bool IsCutWebP(ReadOnlySpan<byte> file)
    {
        long end = 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(file[4..]), at = RiffHead, dataEnd = at;
        if (end <= file.Length) return false;
        while (at + ChunkHead <= file.Length)
        {
            dataEnd = at + ChunkHead + BinaryPrimitives.ReadUInt32LittleEndian(file[((int)at + 4)..]);
            at = dataEnd + (dataEnd & 1);
        }

        return dataEnd > file.Length || at < end;
    }
}
