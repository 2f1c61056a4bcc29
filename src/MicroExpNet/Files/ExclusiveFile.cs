using System.Security.Cryptography;
using System.Text;

namespace MicroExpNet.Files;

/// <summary>Files beside others that one process at a time has open: what a killed process leaves, the next one takes over.</summary>
internal static class ExclusiveFile
{
    // NAME_MAX on Linux, in bytes of UTF-8; Windows and macOS count at most as strictly.
    private const int MaxNameBytes = 255;

    private const int Attempts = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>What locks a file that is moved or deleted while it is open: Windows takes that only where it is shared; elsewhere
    /// <see cref="FileShare.None"/> is what locks.</summary>
    public static FileShare Share => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>The path of a file that belongs to another one: in its folder, with its name between a prefix and a suffix.</summary>
    /// <param name="path">The other file.</param>
    /// <param name="prefix">What the name starts with.</param>
    /// <param name="suffix">What the name ends with.</param>
    /// <returns>The path; where the name would be too long for a file system, a hash stands in its place.</returns>
    public static string Beside(string path, string prefix, string suffix)
    {
        string full = Path.GetFullPath(path), name = Path.GetFileName(full);
        string whole = prefix + name + suffix;
        if (Encoding.UTF8.GetByteCount(whole) > MaxNameBytes)
        {
            whole = prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)) + suffix;
        }

        return Path.Join(Path.GetDirectoryName(full), whole);
    }

    /// <summary>Opens a file for writing, empty, for this process alone.</summary>
    /// <param name="path">The file; it is created where there is none.</param>
    /// <param name="owner">The file it belongs to, which the exception names.</param>
    /// <exception cref="FileInUseException">Another process has it open.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static FileStream Open(string path, string owner)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.Write, Share);

                // Between its opening and its locking here, its former owner may have moved it to where its result belongs, or deleted
                // it, and another process may have made a new one.
                if (IsStillAt(path, stream))
                {
                    stream.SetLength(0);
                    return stream;
                }

                stream.Dispose();
            }
            catch (IOException e) when (IsInUse(e))
            {
                // Whoever removes leftovers has each of them open for a moment.
            }

            Thread.Sleep(Pause);
        }

        throw new FileInUseException(owner);
    }

    /// <summary>Whether an open file is still the one that has its path.</summary>
    /// <param name="path">The path it was opened with.</param>
    /// <param name="stream">The open file.</param>
    internal static bool IsStillAt(string path, FileStream stream)
    {
        if (OperatingSystem.IsLinux() &&
            File.ResolveLinkTarget($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false) is { } own)
        {
            return own.Name == Path.GetFileName(path);
        }

        // Windows locks a file as it opens it. Elsewhere two files at one place, one after the other, were created at different times.
        return File.Exists(path) &&
            (OperatingSystem.IsWindows() || File.GetCreationTimeUtc(path) == File.GetCreationTimeUtc(stream.SafeFileHandle));
    }

    /// <summary>Whether another process, or another stream of this one, has the file open.</summary>
    /// <param name="failure">What opening it came to.</param>
    public static bool IsInUse(IOException failure)
    {
        const int sharingViolation = unchecked((int)0x80070020), againOnLinux = 11, againElsewhere = 35;
        return failure.HResult == (
            OperatingSystem.IsWindows() ? sharingViolation : OperatingSystem.IsLinux() ? againOnLinux : againElsewhere);
    }
}
