using MicroExpNet.Models;

namespace MicroExpNet.Cli.Detector;

/// <summary>Makes the face detector that was asked for.</summary>
internal static class DetectorSource
{
    /// <summary>The help text of an option that names a detector.</summary>
    public const string Description =
        "The face detector, an ONNX file that 'mexp train-detector' wrote; after a comma, the file of its verifier. " +
        "[default: the built-in ones]";

    /// <summary>The built-in detector, or that of a file.</summary>
    /// <param name="files">The detector's file, and after a comma that of its verifier, if it has one; null for the built-in ones.</param>
    /// <param name="options">What to look for.</param>
    /// <exception cref="CommandException">A file cannot be read, or is no detector or verifier.</exception>
    public static FaceDetector Load(string? files, FaceDetectorOptions options)
    {
        if (files is null || (files == ShippedModels.DetectorName && !File.Exists(files))) return FaceDetector.Default.With(options);
        (string detector, string? verifier) = Split(files);
        return Create(detector, verifier, options);
    }

    private static FaceDetector Create(string detector, string? verifier, FaceDetectorOptions options)
    {
        Model model = ModelSource.Load(detector, ExitCode.WrongCommand).Model;
        Model? second = verifier is null ? null : ModelSource.Load(verifier, ExitCode.WrongCommand).Model;
        try
        {
            return new FaceDetector(model, second, options);
        }
        catch (ModelFormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{detector}{(verifier is null ? "" : $",{verifier}")}: {e.Message}");
        }
    }

    /// <summary>What is read.</summary>
    /// <param name="files">As for <see cref="Load"/>.</param>
    public static IEnumerable<string?> Files(string? files)
    {
        if (files is null) return [];
        (string detector, string? verifier) = Split(files);
        return [detector, verifier];
    }

    /// <summary>A detector without a verifier.</summary>
    /// <param name="file">The detector's file, or the built-in one's name.</param>
    /// <param name="options">What to look for.</param>
    /// <exception cref="CommandException">The file cannot be read, is no detector, or a verifier is named too.</exception>
    public static FaceDetector LoadAlone(string file, FaceDetectorOptions options)
    {
        if (Split(file) is (_, { } verifier))
        {
            throw new CommandException(ExitCode.WrongCommand, $"--detector {file}: expected a detector alone, without '{verifier}'");
        }

        return Create(file, verifier: null, options);
    }

    // A file whose name has a comma is a detector alone.
    private static (string Detector, string? Verifier) Split(string files)
    {
        int comma = File.Exists(files) ? -1 : files.LastIndexOf(',');
        return comma < 0 ? (files, null) : (files[..comma], files[(comma + 1)..]);
    }
}
