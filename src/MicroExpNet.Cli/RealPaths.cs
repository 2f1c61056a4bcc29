using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli;

/// <summary>The paths of many files without links; each folder is resolved once.</summary>
internal sealed class RealPaths
{
    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);

    /// <summary>The absolute path of a file, with every link on the way and of its own followed.</summary>
    /// <param name="path">A path; what it names need not be there. Of links in a loop, which lead nowhere, it is the path as it is.</param>
    public string Of(string path)
    {
        string full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } folder) return full;
        try
        {
            if (!_folders.TryGetValue(folder, out string? real)) _folders.Add(folder, real = RealPath.Of(folder));
            string file = Path.Combine(real, Path.GetFileName(full));
            return new FileInfo(file).LinkTarget is null ? file : RealPath.Of(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return full;
        }
    }
}
