using MicroExpNet.Files;

namespace MicroExpNet.Vision;

/// <summary>
/// The last bytes of a picture that <see cref="PhotoAnnotator"/> drew, by which a later run knows it: copies that lie in the folder of
/// their
/// originals are not read again. Decoders ignore what comes after a picture's end.
/// </summary>
internal static class AnnotationMark
{
    private static ReadOnlySpan<byte> Bytes => "\nannotated by MicroExpNet\n"u8;

    /// <summary>Appends the mark.</summary>
    /// <param name="stream">The encoded picture.</param>
    public static void Write(Stream stream) => stream.Write(Bytes);

    /// <summary>Whether a file ends in the mark; false where it cannot be read, and for pipes and devices.</summary>
    /// <param name="path">The file.</param>
    public static bool IsIn(string path)
    {
        try
        {
            if (!OrdinaryFile.Is(path)) return false;
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            if (stream.Length < Bytes.Length) return false;
            stream.Seek(-Bytes.Length, SeekOrigin.End);
            Span<byte> end = stackalloc byte[Bytes.Length];
            return stream.ReadAtLeast(end, end.Length, throwOnEndOfStream: false) == end.Length && end.SequenceEqual(Bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
