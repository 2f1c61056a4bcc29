using System.IO.Compression;
using System.IO.Hashing;

namespace MicroExpNet.Training.DataSets;

/// <summary>The checksum that a zip archive holds of each file, which .NET does not compare with what it unpacks.</summary>
internal static class ZipChecksum
{
    /// <summary>What is told of a file whose checksum does not hold.</summary>
    public const string Failure = "damaged in the archive: these are not the bytes that were packed";

    /// <summary>Whether the content is what was packed.</summary>
    /// <param name="entry">The file in the archive.</param>
    /// <param name="content">What was unpacked.</param>
    public static bool Holds(ZipArchiveEntry entry, ReadOnlySpan<byte> content) => Crc32.HashToUInt32(content) == entry.Crc32;
}
