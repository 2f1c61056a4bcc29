using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>Opens YuNet's file.</summary>
internal static class YuNetSource
{
    /// <summary>Opens it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CommandException">It cannot be read, or is something else.</exception>
    public static YuNetDetector Load(string path)
    {
        try
        {
            return new YuNetDetector(path);
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.WrongCommand, e.Message);
        }
    }
}
