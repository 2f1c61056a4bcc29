namespace MicroExpNet.Cli.Tests;

/// <summary>A folder that is gone when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mexp-");

    public string Path => _folder.FullName;

    /// <summary>The path of a file in it; the folders above the file are created.</summary>
    public string this[string relative]
    {
        get
        {
            string path = System.IO.Path.Combine(Path, relative);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return path;
        }
    }

    /// <summary>Names of all files below it, in ordinal order.</summary>
    public string[] Files =>
        [.. Directory.GetFiles(Path, "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(Path, file))
        .Order(StringComparer.Ordinal)];

    public string Write(string relative, byte[] content)
    {
        File.WriteAllBytes(this[relative], content);
        return this[relative];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
