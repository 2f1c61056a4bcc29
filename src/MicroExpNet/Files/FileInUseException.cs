namespace MicroExpNet.Files;

/// <summary>Another process is writing the file.</summary>
internal sealed class FileInUseException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">Which file it is.</param>
    public FileInUseException(string path)
        : base($"{path}: another process is writing this file")
    {
    }
}
