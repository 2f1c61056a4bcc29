namespace MicroExpNet.Video;

/// <summary>A file is not a film that FFmpeg can decode; the message names the file and the reason.</summary>
public sealed class VideoFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    public VideoFormatException()
        : this("not a film")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The file and the reason.</param>
    public VideoFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">The file and the reason.</param>
    /// <param name="innerException">The cause.</param>
    public VideoFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
