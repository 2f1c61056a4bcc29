using System.Collections.Immutable;

namespace MicroExpNet.Training.DataSets;

/// <summary>A data set can't be read. The message names the file, says what is wrong and what would be right, in one line.</summary>
public sealed class DataSetFormatException : Exception
{
    /// <summary>Makes one with a message.</summary>
    public DataSetFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and what caused it.</summary>
    public DataSetFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What could not be used, and why, where that is all there is.</summary>
    public ImmutableArray<SkippedFile> Skipped { get; init; } = [];
}
