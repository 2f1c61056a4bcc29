namespace MicroExpNet.Training.DataSets;

/// <summary>Reads files of strangers: only ordinary ones, up to a size, until cancelled.</summary>
internal static class FileReading
{
    private const int BlockLength = 1 << 16;

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">Maximum size.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="DataSetFormatException">The file is larger, or it is no ordinary file; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Reading was stopped.</exception>
    public static byte[] ReadAll(string path, int maxBytes, CancellationToken cancellationToken)
    {
        if (!IsOrdinary(path))
        {
            throw File.Exists(path) ? new DataSetFormatException("empty, or no ordinary file") : new FileNotFoundException(null, path);
        }
        using FileStream stream = File.OpenRead(path);
        return ReadAll(stream, stream.Length, maxBytes, cancellationToken);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="claimedLength">The length it claims to have; it may have another.</param>
    /// <param name="maxBytes">Maximum size.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="DataSetFormatException">The stream is longer.</exception>
    /// <exception cref="InvalidDataException">The stream is damaged.</exception>
    /// <exception cref="OperationCanceledException">Reading was stopped.</exception>
    public static byte[] ReadAll(Stream stream, long claimedLength, int maxBytes, CancellationToken cancellationToken)
    {
        if (claimedLength > maxBytes) throw TooLarge(maxBytes);
        using MemoryStream memory = new((int)Math.Clamp(claimedLength, 0, BlockLength));
        byte[] block = new byte[BlockLength];
        while (stream.Read(block) is var read and > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (memory.Length + read > maxBytes) throw TooLarge(maxBytes);
            memory.Write(block, 0, read);
        }

        return memory.ToArray();
    }

    /// <summary>
    /// Whether a path names a file that can be read to an end. FIFOs, sockets and devices have no length, and opening a FIFO may wait for
    /// ever.
    /// </summary>
    public static bool IsOrdinary(string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null) file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return file is { Exists: true, Length: > 0 };
    }

    private static DataSetFormatException TooLarge(int maxBytes) => new($"larger than {maxBytes / 1_000_000:N0} MB");
}
