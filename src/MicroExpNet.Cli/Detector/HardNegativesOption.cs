using System.Collections.Immutable;
using System.CommandLine;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>The option <c>--hard-negatives</c>.</summary>
internal static class HardNegativesOption
{
    /// <summary>Describes the option.</summary>
    public static Option<string> Create() => new("--hard-negatives")
    {
        HelpName = "FILE",
        Description =
            "A table of places in --backgrounds that were taken for faces, as 'mexp evaluate-detector --false-faces' writes it: two " +
            "scenes of five stand on one.",
    };

    /// <summary>Reads the table.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <exception cref="CommandException">It cannot be read, or is no such table.</exception>
    public static ImmutableArray<HardNegative> Read(string? path)
    {
        if (path is null) return [];
        try
        {
            return HardNegative.Load(path);
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputFailed, e is DataSetFormatException ? e.Message : Message.Of(e, path));
        }
    }
}
