using System.Formats.Tar;

namespace MicroExpNet.Files;

/// <summary>Tells files with content from FIFOs, sockets and devices, which may keep a reader waiting for ever.</summary>
internal static class OrdinaryFile
{
    // Where a tar header says what kind of file it is: '0' is an ordinary one.
    private const int KindOffset = 156;

    /// <summary>Whether a file, or what a link leads to, has content of its own.</summary>
    /// <param name="path">An existing file.</param>
    public static bool Is(string path)
    {
        if (OperatingSystem.IsWindows()) return true;
        try
        {
            FileInfo file = new(path);
            if (file.LinkTarget is not null) file = (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;

            // FIFOs and devices have no length. .NET says what an empty file is only where it archives it, which opens ordinary files
            // alone.
            return file.Length > 0 || IsArchivedAsOrdinary(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A socket cannot be archived; a file that may not be read is reported by whoever reads it.
            return e is UnauthorizedAccessException;
        }
    }

    // Apart, so that ordinary files need no archives.
    private static bool IsArchivedAsOrdinary(string path)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Ustar, leaveOpen: true)) writer.WriteEntry(path, "file");
        return archive.GetBuffer()[KindOffset] == (byte)TarEntryType.RegularFile;
    }
}
