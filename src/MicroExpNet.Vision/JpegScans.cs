namespace MicroExpNet.Vision;

/// <summary>
/// What the scans of a JPEG file that is cut short hold. A file with one scan holds the image row by row; one with several (progressive, or
/// a scan for each component) holds all rows at every scan, at first coarsely.
/// </summary>
internal readonly struct JpegScans
{
    private const byte StartOfImage = 0xD8;
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const int Coefficients = 64;

    private JpegScans(bool isRowByRow, bool hasAllCoefficients, bool hasEnd)
    {
        IsRowByRow = isRowByRow;
        HasAllCoefficients = hasAllCoefficients;
        HasEnd = hasEnd;
    }

    /// <summary>Whether one scan holds all components, row by row.</summary>
    public bool IsRowByRow { get; }

    /// <summary>Whether whole scans hold every coefficient of the luma component, if only roughly.</summary>
    public bool HasAllCoefficients { get; }

    /// <summary>Whether the file's end is there.</summary>
    public bool HasEnd { get; }

    /// <summary>Reads the markers of a file.</summary>
    /// <param name="file">A JPEG file, cut short anywhere.</param>
    public static JpegScans Read(ReadOnlySpan<byte> file)
    {
        int components = 0, lumaId = -1, at = 2;
        bool isRowByRow = false, hasEnd = false;
        ulong seen = 0, pending = 0;
        while (NextMarker(file, ref at) is byte marker)
        {
            // Another marker follows, so the scan before is whole.
            seen |= pending;
            pending = 0;
            hasEnd = marker == EndOfImage;
            if (hasEnd) break;
            if (marker is >= 0xD0 and <= StartOfImage or 0x01) continue;
            if (at + 2 > file.Length) break;
            int length = (file[at] << 8) | file[at + 1];
            if (length < 2 || at + length > file.Length) break;
            ReadOnlySpan<byte> segment = file.Slice(at + 2, length - 2);
            at += length;
            if (IsFrame(marker) && segment.Length >= 9)
            {
                components = segment[5];
                lumaId = segment[6];
                isRowByRow = marker is not (0xC2 or 0xC6 or 0xCA or 0xCE);
            }
            else if (marker == StartOfScan && segment.Length >= 4 && segment.Length >= 4 + (2 * segment[0]))
            {
                int count = segment[0];
                isRowByRow &= count == components;
                int first = segment[1 + (2 * count)], last = Math.Min((int)segment[2 + (2 * count)], Coefficients - 1);
                for (int i = 0; i < count; i++)
                {
                    if (segment[1 + (2 * i)] != lumaId) continue;
                    for (int k = first; k <= last; k++) pending |= 1UL << k;
                }
            }
        }

        return new JpegScans(isRowByRow, seen == ulong.MaxValue, hasEnd);
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // Skips the data of a scan, in which a marker's first byte is followed by 0, and restart markers.
    private static byte? NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        while (at + 1 < file.Length)
        {
            int skip = file[at..].IndexOf((byte)0xFF);
            if (skip < 0 || at + skip + 1 >= file.Length) return null;
            at += skip + 1;
            byte marker = file[at];
            if (marker == 0xFF) continue;
            at++;
            if (marker is not 0 and not (>= 0xD0 and <= 0xD7)) return marker;
        }

        return null;
    }
}
