using MicroExpNet.Files;

namespace MicroExpNet.Cli;

/// <summary>Pipes, sockets and devices under a path, which may keep a reader waiting for ever.</summary>
internal static class PipeOrDevice
{
    /// <summary>What is wrong with one that was named as a picture.</summary>
    public const string Reason = "a pipe or device; expected a file";

    // What a shell hands over under a path: standard input, and the outputs of other commands.
    private static readonly string[] HandedOver = ["/dev/stdin", "/dev/fd/", "/proc/"];

    /// <summary>Whether a path leads to one, but for what a shell hands over.</summary>
    /// <param name="path">The path; nothing need be there.</param>
    public static bool Is(string path) =>
        !HandedOver.Any(start => path.StartsWith(start, StringComparison.Ordinal)) && !OrdinaryFile.Is(path) && LeadsSomewhere(path);

    /// <summary>Whether there is something at a path: a link may lead nowhere.</summary>
    /// <param name="path">The path.</param>
    public static bool LeadsSomewhere(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.LinkTarget is null ? file.Exists : file.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A link that leads in a circle: whoever opens it says so.
            return false;
        }
    }
}
