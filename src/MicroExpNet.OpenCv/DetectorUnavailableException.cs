namespace MicroExpNet.OpenCv;

/// <summary>OpenCV's runtime or its cascade file is not on this machine. The message is one line that says how to install it.</summary>
public sealed class DetectorUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing and how to install it.</param>
    public DetectorUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the one that caused it.</summary>
    /// <param name="message">What is missing and how to install it.</param>
    /// <param name="innerException">The exception that caused it.</param>
    public DetectorUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without a message of its own.</summary>
    public DetectorUnavailableException()
    {
    }
}
