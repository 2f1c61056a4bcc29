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
        Model model = ModelSource.Load(detector, ExitCode.WrongCommand).Model;
        Model? second = verifier is null ? null : ModelSource.Load(verifier, ExitCode.WrongCommand).Model;
        try
        {
            return new FaceDetector(model, second, options);
        }
        catch (ModelFormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{files}: {e.Message}");
        }
    }

    // A file whose name has a comma is a detector alone.
    private static (string Detector, string? Verifier) Split(string files)
    {
        int comma = File.Exists(files) ? -1 : files.LastIndexOf(',');
        return comma < 0 ? (files, null) : (files[..comma], files[(comma + 1)..]);
    }
}
