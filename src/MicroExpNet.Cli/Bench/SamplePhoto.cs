using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Bench;

/// <summary>The photo that is measured with: a file of the user's, or the sample that travels in the command.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="encoded">The file's bytes.</param>
/// <param name="photo">The same, decoded.</param>
internal sealed class SamplePhoto(string name, byte[] encoded, Photo photo)
{
    /// <summary>What messages call it.</summary>
    public string Name { get; } = name;

    /// <summary>The file's bytes.</summary>
    public byte[] Encoded { get; } = encoded;

    /// <summary>The same, decoded.</summary>
    public Photo Photo { get; } = photo;

    /// <summary>Reads it.</summary>
    /// <param name="path">The file; null for the built-in sample.</param>
    /// <exception cref="CommandException">The file cannot be read; the message says why.</exception>
    public static SamplePhoto Load(string? path)
    {
        try
        {
            byte[] encoded = path is null ? ReadBuiltIn() : File.ReadAllBytes(path);
            string name = path ?? "the built-in sample";
            return new SamplePhoto(name, encoded, Photo.Load(new MemoryStream(encoded), name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PhotoFormatException)
        {
            throw new CommandException(ExitCode.WrongCommand, Message.Of(e, path!));
        }
    }

    private static byte[] ReadBuiltIn()
    {
        using Stream stream = typeof(SamplePhoto).Assembly.GetManifestResourceStream("bench-sample.jpg")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
