namespace MicroExpNet.Cli.Predict;

/// <summary>How CSV is written.</summary>
/// <param name="Separator">What stands between two values.</param>
/// <param name="ByteOrderMark">Whether the file starts with UTF-8's byte order mark, by which Excel knows the encoding.</param>
internal sealed record CsvStyle(char Separator, bool ByteOrderMark)
{
    /// <summary>Commas, as RFC 4180 has them, and no mark.</summary>
    public static CsvStyle Default { get; } = new(',', ByteOrderMark: false);
}
