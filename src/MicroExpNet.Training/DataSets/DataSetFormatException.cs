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
}
