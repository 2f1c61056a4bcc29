namespace MicroExpNet.Training.DataSets;

/// <summary>The character that starts a comment in CSV.</summary>
internal static class CsvComment
{
    /// <summary>No comments: RFC 4180 has none, and a picture may be called <c>#1.jpg</c>. The reader always wants a character; this one is
    /// none that a text may hold.</summary>
    public const char None = '\uFFFF';
}
