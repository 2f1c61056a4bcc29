using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>A data set cannot be read. The message names the file, says what is wrong and what would be right, in one line.</summary>
public sealed class DataSetFormatException : Exception
{
    /// <summary>Creates an exception with a default message.</summary>
    public DataSetFormatException()
    {
    }

    /// <summary>Creates an exception with its one line.</summary>
    /// <param name="message">The file, what is wrong, and what would be right.</param>
    public DataSetFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with its one line and the failure that led to it.</summary>
    /// <param name="message">The file, what is wrong, and what would be right.</param>
    /// <param name="innerException">The failure.</param>
    public DataSetFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Files and rows that are not used, and why, if no face was left.</summary>
    public ImmutableArray<SkippedFile> Skipped { get; init; } = [];
}
