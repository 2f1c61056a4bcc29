using MicroExpNet.Models;

namespace MicroExpNet.Cli.Detector;

/// <summary>Makes the face detector that was asked for.</summary>
internal static class DetectorSource
{
    /// <summary>The built-in detector, or that of a file.</summary>
    /// <param name="path">The file; null for the built-in one.</param>
    /// <param name="options">What to look for.</param>
    /// <exception cref="CommandException">The file cannot be read, or is no detector.</exception>
    public static FaceDetector Load(string? path, FaceDetectorOptions options)
    {
        if (path is null) return FaceDetector.Default.With(options);
        Model model = ModelSource.Load(path, ExitCode.WrongCommand).Model;
        try
        {
            return new FaceDetector(model, options);
        }
        catch (ModelFormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{path}: {e.Message}");
        }
    }
}
