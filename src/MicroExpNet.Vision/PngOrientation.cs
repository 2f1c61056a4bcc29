using System.Buffers.Binary;
using SkiaSharp;

namespace MicroExpNet.Vision;

/// <summary>The orientation in a PNG file's <c>eXIf</c> chunk (PNG 1.5 extensions and third edition, 11.3.4.5), which Skia does not
/// read.</summary>
internal static class PngOrientation
{
    /// <summary>The orientation; <see cref="SKEncodedOrigin.TopLeft"/>, which is upright, if there is none.</summary>
    /// <param name="file">The whole PNG file.</param>
    public static SKEncodedOrigin Read(ReadOnlySpan<byte> file) =>
        PngChunks.TryFind(file, "eXIf"u8, out ReadOnlySpan<byte> tiff) ? ReadTiff(tiff) : SKEncodedOrigin.TopLeft;

    // The first directory of a TIFF header, as in JPEG's EXIF.
    private static SKEncodedOrigin ReadTiff(ReadOnlySpan<byte> tiff)
    {
        const int entryLength = 12, orientationTag = 0x0112, shortType = 3;
        if (tiff.Length < 8) return SKEncodedOrigin.TopLeft;
        bool isLittleEndian = tiff[0] == 'I';
        uint directory = Read32(tiff[4..]);
        if (directory > tiff.Length - 2) return SKEncodedOrigin.TopLeft;
        ReadOnlySpan<byte> entries = tiff[(int)directory..];
        int count = Math.Min(Read16(entries), (entries.Length - 2) / entryLength);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = entries.Slice(2 + (i * entryLength), entryLength);
            if (Read16(entry) != orientationTag || Read16(entry[2..]) != shortType) continue;
            ushort orientation = Read16(entry[8..]);
            return orientation is >= 1 and <= 8 ? (SKEncodedOrigin)orientation : SKEncodedOrigin.TopLeft;
        }

        return SKEncodedOrigin.TopLeft;

        ushort Read16(ReadOnlySpan<byte> bytes) =>
            isLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
        uint Read32(ReadOnlySpan<byte> bytes) =>
            isLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
