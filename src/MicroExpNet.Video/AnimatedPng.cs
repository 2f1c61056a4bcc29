using MicroExpNet.Files;

namespace MicroExpNet.Video;

/// <summary>Tells an animated PNG file from a picture; FFmpeg takes one of large frames for a picture.</summary>
internal static class AnimatedPng
{
    // Profiles and texts may come before the first frame's data.
    private const int HeadLength = 256 * 1024;

    /// <summary>Whether a file is an animated PNG: its chunk <c>acTL</c> comes before the first frame's data.</summary>
    /// <param name="path">The file; what cannot be read is none.</param>
    public static bool Is(string path)
    {
        if (Path.GetExtension(path).ToUpperInvariant() is not (".PNG" or ".APNG") || !OrdinaryFile.Is(path)) return false;
        byte[] head = new byte[HeadLength];
        try
        {
            using FileStream file = File.OpenRead(path);
            ReadOnlySpan<byte> read = head.AsSpan(0, file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false));
            int data = read.IndexOf("IDAT"u8);
            return read[..(data < 0 ? read.Length : data)].IndexOf("acTL"u8) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it as a picture says so.
            return false;
        }
    }
}
