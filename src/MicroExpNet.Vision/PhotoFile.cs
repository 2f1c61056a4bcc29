namespace MicroExpNet.Vision;

/// <summary>A picture file, opened for the decoder.</summary>
internal static class PhotoFile
{
    /// <summary>Opens it, unbuffered: the decoder reads the head and then all the rest.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="PhotoFormatException">It is a folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            throw new PhotoFormatException($"'{path}' is a folder; expected a picture file");
        }
    }
}
