using System.Buffers.Binary;

namespace MicroExpNet.Server;

/// <summary>
/// A frame in grey as clients of a stream send it: the four letters <c>GRAY</c>, the columns and the rows as 16-bit numbers
/// (little-endian),
/// then the grey values, <c>[height, width]</c>, packed.
/// </summary>
internal static class GrayFrame
{
    /// <summary>Bytes before the grey values.</summary>
    public const int HeaderLength = 8;

    private static ReadOnlySpan<byte> Magic => "GRAY"u8;

    /// <summary>Whether a message is such a frame, by its first letters; no picture file begins so.</summary>
    public static bool Is(ReadOnlySpan<byte> message) => message.StartsWith(Magic);

    /// <summary>Reads a frame.</summary>
    /// <param name="message">The message.</param>
    /// <param name="maxPixels">The most pixels.</param>
    /// <param name="frame">The frame, without a copy.</param>
    /// <returns>What is wrong with the message, in one line; null if nothing is.</returns>
    public static string? Read(ReadOnlySpan<byte> message, long maxPixels, out ImageView frame)
    {
        frame = default;
        if (message.Length < HeaderLength) return $"a grey frame of {message.Length} bytes; expected a header of {HeaderLength}";
        int width = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]), height = BinaryPrimitives.ReadUInt16LittleEndian(message[6..]);
        long pixels = (long)width * height, given = message.Length - HeaderLength;
        if (pixels == 0) return $"a grey frame of {width}×{height} pixels; expected 1×1 or more";
        if (pixels > maxPixels) return $"the frame claims {width}×{height} pixels, {pixels:#,0} in all; the limit is {maxPixels:#,0}";
        if (given != pixels) return $"{given:#,0} bytes after the header for {width}×{height} pixels; expected {pixels:#,0}";
        frame = new ImageView(message[HeaderLength..], width, height);
        return null;
    }
}
