namespace MicroExpNet;

/// <summary>
/// A model or checkpoint that cannot be used. The message is one line that names the file, what is wrong in it, and what was expected.
/// </summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Creates the exception with its one line.</summary>
    /// <param name="message">The file, what is wrong, what was expected.</param>
    public ModelFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one line and the failure below it.</summary>
    /// <param name="message">The file, what is wrong, what was expected.</param>
    /// <param name="innerException">The failure that led to it.</param>
    public ModelFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a line of its own.</summary>
    public ModelFormatException()
    {
    }
}
