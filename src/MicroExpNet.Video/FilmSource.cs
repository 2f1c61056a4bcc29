namespace MicroExpNet.Video;

/// <summary>Where FFmpeg gets a film from: a file, numbered pictures, or a pipe that this process fills.</summary>
internal sealed class FilmSource
{
    private FilmSource(IReadOnlyList<string> input, WebPAnimation? animation, string? missing = null) =>
        (Input, Animation, Missing) = (input, animation, missing);

    /// <summary>FFmpeg's arguments that name the input, <c>-i</c> and its options.</summary>
    public IReadOnlyList<string> Input { get; }

    /// <summary>The animation that is decoded here and written to FFmpeg's standard input; null for any other film.</summary>
    public WebPAnimation? Animation { get; }

    /// <summary>What is missing of numbered pictures; null where nothing is.</summary>
    public string? Missing { get; }

    /// <summary>Finds out what a path stands for.</summary>
    /// <param name="path">A film, or numbered pictures such as <c>frame%04d.png</c>.</param>
    /// <param name="pictureRate">Numbered pictures a second.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="VideoFormatException">It is a folder, or a broken animation.</exception>
    public static FilmSource Open(string path, double pictureRate)
    {
        if (PictureSequence.TryFind(path) is { } sequence)
        {
            return new FilmSource(sequence.Input(pictureRate), animation: null, sequence.Missing);
        }

        if (Directory.Exists(path)) throw new VideoFormatException($"'{path}' is not a film: it is a folder");
        if (!File.Exists(path)) throw new FileNotFoundException($"'{path}': there is no such file", path);
        return WebPAnimation.IsAnimation(path)
            ? new FilmSource(["-f", "matroska", "-i", "pipe:0"], WebPAnimation.Open(path))
            : new FilmSource([.. AnimatedPng.Is(path) ? ["-f", "apng"] : Array.Empty<string>(), "-i", Url(path)], animation: null);
    }

    /// <summary>A path as FFmpeg takes it: never an option or a protocol of its own.</summary>
    public static string Url(string path) => "file:" + Path.GetFullPath(path);
}
