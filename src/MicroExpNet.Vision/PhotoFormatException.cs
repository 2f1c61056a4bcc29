namespace MicroExpNet.Vision;

/// <summary>A picture that cannot be read. The message is one line: the file, what is wrong, and what would be right.</summary>
public sealed class PhotoFormatException : Exception
{
    /// <summary>Creates the exception with its one line.</summary>
    /// <param name="message">The file, what is wrong, what would be right.</param>
    public PhotoFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one line and the failure below it.</summary>
    /// <param name="message">The file, what is wrong, what would be right.</param>
    /// <param name="innerException">The failure that led to it.</param>
    public PhotoFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a line of its own.</summary>
    public PhotoFormatException()
    {
    }
}
