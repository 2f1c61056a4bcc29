using System.Buffers.Binary;
using MicroExpNet.Files;

namespace MicroExpNet.Cli.Label;

/// <summary>A unit's try as a file: a number for each picture that starts, its complement for each that ends. The file is locked for as
/// long as the process lives.</summary>
internal sealed class FileTry : IUnitTry
{
    /// <summary>How the names of the files end.</summary>
    public const string Suffix = ".mexp-try";

    private readonly FileStream _file;
    private readonly Lock _writing = new();
    private bool _isDisposed;

    /// <summary>Starts the file.</summary>
    /// <param name="path">Its path; its folder is there.</param>
    public FileTry(string path) => _file = new FileStream(
        path, FileMode.CreateNew, FileAccess.Write, ExclusiveFile.Share, bufferSize: 0);

    /// <summary>Adds a try to others, if its process is gone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tries">The others.</param>
    public static void Read(string path, UnitTries tries)
    {
        byte[] content;
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            content = new byte[file.Length];
            file.ReadExactly(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its process lives, or it has just ended in order.
            return;
        }

        HashSet<int> inWork = [];
        for (int i = 0; i + sizeof(int) <= content.Length; i += sizeof(int))
        {
            int value = BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(i));
            if (value >= 0) inWork.Add(value);
            else inWork.Remove(~value);
        }

        tries.Add(inWork);
    }

    /// <inheritdoc/>
    public void Begin(int picture) => Write(picture);

    /// <inheritdoc/>
    public void End(int picture) => Write(~picture);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            try
            {
                File.Delete(_file.Name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another worker has committed the unit, and removed the folder of its tries.
            }

            _file.Dispose();
        }
    }

    private void Write(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        lock (_writing)
        {
            if (!_isDisposed) _file.Write(bytes);
        }
    }
}
