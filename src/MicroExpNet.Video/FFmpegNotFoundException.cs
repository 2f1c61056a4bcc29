namespace MicroExpNet.Video;

/// <summary>FFmpeg's programs are not on this machine; the message says how to install them.</summary>
public sealed class FFmpegNotFoundException : Exception
{
    /// <summary>Creates the exception.</summary>
    public FFmpegNotFoundException()
        : this("FFmpeg was not found")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Where FFmpeg was searched, and how to install it.</param>
    public FFmpegNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Where FFmpeg was searched, and how to install it.</param>
    /// <param name="innerException">The cause.</param>
    public FFmpegNotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
