using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.Detection;

/// <summary>The pictures of a set in colour, read one at a time from its folder or archive, whose files are listed once.</summary>
/// <param name="path">The folder or archive.</param>
/// <exception cref="DataSetFormatException">It is no longer there.</exception>
internal sealed class PhotoSource(string path) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileSource _files = FileSource.Open(path, DataSetOptions.Default.MaxFileBytes, CancellationToken.None);

    /// <summary>Reads a picture. Any number of threads may ask.</summary>
    /// <param name="name">Its name in the set.</param>
    /// <exception cref="IOException">It can no longer be read.</exception>
    /// <exception cref="PhotoFormatException">It is no picture.</exception>
    public Photo Read(string name)
    {
        byte[] file;
        lock (_lock) file = _files.Read(name);
        using MemoryStream stream = new(file);
        return Photo.Load(stream, name);
    }

    public void Dispose() => _files.Dispose();
}
