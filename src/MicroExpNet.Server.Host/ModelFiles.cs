using MicroExpNet.Models;

namespace MicroExpNet.Server.Host;

/// <summary>Reads the models and the key that the program was started with.</summary>
internal static class ModelFiles
{
    private const int MaxKeyLength = 4096;

    /// <summary>The recogniser, or null for the built-in one.</summary>
    /// <param name="path">An ONNX file; null for the built-in model.</param>
    /// <param name="prior"><c>natural</c>, <c>root</c>, <c>uniform</c> or a file.</param>
    /// <exception cref="StartException">A file cannot be read, or is none.</exception>
    public static ExpressionRecognizer? LoadRecognizer(string? path, string prior)
    {
        ClassPrior shares = ReadPrior(prior);
        if (path is null && shares == ClassPrior.Natural) return null;
        ExpressionRecognizer recognizer = path is null ? ExpressionRecognizer.Default : Read(path, ExpressionRecognizer.Load);
        return shares == ClassPrior.Natural ? recognizer : Read(path ?? "the built-in model", _ => recognizer.WithPrior(shares));
    }

    /// <summary>The detector.</summary>
    /// <param name="path">An ONNX file; null for the built-in detector.</param>
    /// <param name="options">Which faces it finds.</param>
    /// <exception cref="StartException">The file cannot be read, or is no detector.</exception>
    public static FaceDetector LoadDetector(string? path, FaceDetectorOptions options) =>
        path is null ? FaceDetector.Default.With(options) : Read(path, file => FaceDetector.Load(file, options));

    /// <summary>The key that clients must send: the first line of a file.</summary>
    /// <exception cref="StartException">It cannot be read, or is empty.</exception>
    public static string ReadKey(string path) => Read(path, file =>
    {
        using StreamReader reader = new(file);
        char[] text = new char[MaxKeyLength + 1];
        int length = reader.ReadBlock(text);
        string key = new string(text, 0, length).Split('\n')[0].Trim();
        return key.Length is > 0 and <= MaxKeyLength
            ? key
            : throw new StartException($"{file}: the first line has {key.Length} characters; expected a key of 1 to {MaxKeyLength}");
    });

    private static ClassPrior ReadPrior(string text) => text switch
    {
        "natural" => ClassPrior.Natural,
        "root" => ClassPrior.SquareRoot,
        "uniform" => ClassPrior.Uniform,
        _ => Read(text, ClassPrior.Load),
    };

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartException($"{path}: no such file");
        }
        catch (Exception e) when (e is ModelFormatException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(e.Message.Contains(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}");
        }
    }
}
