namespace MicroExpNet.Files;

/// <summary>Another process is writing the file.</summary>
internal sealed class FileInUseException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which file it is.</param>
    /// <param name="inner">What opening it came to.</param>
    public FileInUseException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
