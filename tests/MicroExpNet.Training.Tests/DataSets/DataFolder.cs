using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Tests.DataSets;

/// <summary>A temporary folder with files of a data set. Each picture has pixels of its own, made from its name.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("faces-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public string Root => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    public void Write(string name, string text) => File.WriteAllText(Prepare(name), text);

    public void Write(string name, byte[] bytes) => File.WriteAllBytes(Prepare(name), bytes);

    public void Pictures(params string[] names)
    {
        foreach (string name in names) Write(name, Image(name).EncodePng());
    }

    public static GrayImage Image(string seed)
    {
        byte[] pixels = new byte[12 * 12];
        new Random(seed.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter))).NextBytes(pixels);
        return new GrayImage(pixels, 12, 12);
    }

    public FaceDataSet Load(string name = "", DataSetOptions? options = null) =>
        FaceDataSet.Load(name.Length == 0 ? Root : this[name], options, TestContext.Current.CancellationToken);

    public string Refusal(string name = "", DataSetOptions? options = null)
    {
        string message = Assert.Throws<DataSetFormatException>(() => Load(name, options)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private string Prepare(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        return this[name];
    }
}
