using System.Buffers.Binary;
using System.Text;

namespace MicroExpNet.Video;

/// <summary>
/// Writes raw RGBA frames with their times as a Matroska stream (RFC 9559): a pipe of bare frames would lose a variable rate.
/// </summary>
internal sealed class MatroskaStream
{
    private const int EbmlHeader = 0x1A45DFA3, DocType = 0x4282, DocTypeVersion = 0x4287, DocTypeReadVersion = 0x4285;
    private const int Segment = 0x18538067, Info = 0x1549A966, TimestampScale = 0x2AD7B1;
    private const int Tracks = 0x1654AE6B, TrackEntry = 0xAE, TrackNumber = 0xD7, TrackUid = 0x73C5, TrackType = 0x83, CodecId = 0x86;
    private const int Video = 0xE0, PixelWidth = 0xB0, PixelHeight = 0xBA, ColourSpace = 0x2EB524;
    private const int Cluster = 0x1F43B675, Timestamp = 0xE7, SimpleBlock = 0xA3;
    private const ulong UnknownSize = 0x01FFFFFFFFFFFFFF;
    private const int NanosecondsInMicrosecond = 1000;

    private readonly Stream _stream;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="width">Columns of every frame.</param>
    /// <param name="height">Rows of every frame.</param>
    public MatroskaStream(Stream stream, int width, int height)
    {
        _stream = stream;
        _stream.Write(Element(EbmlHeader, [.. Text(DocType, "matroska"), .. Number(DocTypeVersion, 4), .. Number(DocTypeReadVersion, 2)]));
        WriteId(Segment);
        WriteBigEndian(UnknownSize);
        _stream.Write(Element(Info, Number(TimestampScale, NanosecondsInMicrosecond)));
        byte[] video = [.. Number(PixelWidth, width), .. Number(PixelHeight, height), .. Text(ColourSpace, "RGBA")];
        byte[] track = [
            .. Number(TrackNumber, 1), .. Number(TrackUid, 1), .. Number(TrackType, 1), .. Text(CodecId, "V_UNCOMPRESSED"),
            .. Element(Video, video)];
        _stream.Write(Element(Tracks, Element(TrackEntry, track)));
    }

    /// <summary>Writes a frame.</summary>
    /// <param name="time">Its time, 0 or more.</param>
    /// <param name="pixels">RGBA, <c>[height, width, 4]</c>.</param>
    public void Write(TimeSpan time, ReadOnlySpan<byte> pixels)
    {
        byte[] timestamp = Number(Timestamp, (long)time.TotalMicroseconds);

        // Track 1, 0 µs after the cluster, a keyframe.
        ReadOnlySpan<byte> block = [0x81, 0, 0, 0x80];
        ulong blockSize = (ulong)(block.Length + pixels.Length);
        WriteId(Cluster);
        WriteSize((ulong)timestamp.Length + 1 + sizeof(ulong) + blockSize);
        _stream.Write(timestamp);
        WriteId(SimpleBlock);
        WriteSize(blockSize);
        _stream.Write(block);
        _stream.Write(pixels);
    }

    private static byte[] Number(int id, long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return Element(id, bytes);
    }

    private static byte[] Text(int id, string value) => Element(id, Encoding.ASCII.GetBytes(value));

    private static byte[] Element(int id, byte[] content)
    {
        using MemoryStream bytes = new();
        MatroskaStream writer = new(bytes);
        writer.WriteId(id);
        writer.WriteSize((ulong)content.Length);
        bytes.Write(content);
        return bytes.ToArray();
    }

    private MatroskaStream(Stream stream) => _stream = stream;

    // An identifier holds its own length in its first bits.
    private void WriteId(int id)
    {
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            if ((uint)id >> shift != 0) _stream.WriteByte((byte)(id >> shift));
        }
    }

    // Always in eight bytes: a 1 in the lowest bit of the first, then 56 bits.
    private void WriteSize(ulong size) => WriteBigEndian((1UL << 56) | size);

    private void WriteBigEndian(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        _stream.Write(bytes);
    }
}
