namespace MicroExpNet.Vision;

/// <summary>A picture that cannot be read. The message is one line: the file, what is wrong, and what would be right.</summary>
public sealed class PhotoFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: the file, what is wrong, and what would be right.</param>
    public PhotoFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the one that caused it.</summary>
    /// <param name="message">One line: the file, what is wrong, and what would be right.</param>
    /// <param name="innerException">The exception that caused it.</param>
    public PhotoFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a message of its own.</summary>
    public PhotoFormatException()
    {
    }
}
