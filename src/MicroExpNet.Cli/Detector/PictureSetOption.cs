using System.CommandLine;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>An option that names pictures, and reads them.</summary>
/// <param name="name">The option.</param>
/// <param name="description">What pictures they are.</param>
/// <param name="required">Whether it must be given.</param>
/// <param name="maxSide">Larger pictures are brought down to this side.</param>
internal sealed class PictureSetOption(string name, string description, bool required, int maxSide = int.MaxValue)
{
    private const int Shown = 10;

    /// <summary>The option.</summary>
    public Option<string> Option { get; } = new(name) { HelpName = "PICTURES", Description = description, Required = required };

    /// <summary>Reads the pictures and says what of them could not be used; null where the option was not given.</summary>
    /// <exception cref="CommandException">There are none.</exception>
    public PictureSet? Read(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken) =>
        parsed.GetValue(Option) is { } path ? Read(path, maxSide, terminal, cancellationToken) : null;

    /// <summary>Reads pictures and says what of them could not be used.</summary>
    /// <exception cref="CommandException">There are none.</exception>
    public static PictureSet Read(string path, int maxSide, Terminal terminal, CancellationToken cancellationToken) =>
        Read(path, one => PictureSet.Load(one, maxSide, cancellationToken), terminal);

    /// <summary>Says what could not be used.</summary>
    /// <param name="skipped">It, and why.</param>
    /// <param name="path">The pictures' folder or archive.</param>
    /// <param name="terminal">Where to say it.</param>
    public static void Say(IReadOnlyList<SkippedFile> skipped, string path, Terminal terminal)
    {
        foreach (SkippedFile fault in skipped.Take(Shown)) terminal.Say($"{fault.Name}: {fault.Reason}");
        if (skipped.Count > Shown) terminal.Say($"{skipped.Count - Shown} more like these in {path}");
    }

    /// <summary>Reads pictures and says what of them could not be used.</summary>
    /// <param name="path">Their folder or archive.</param>
    /// <param name="load">Reads them.</param>
    /// <param name="terminal">Where to say what could not be used.</param>
    /// <exception cref="CommandException">There are none.</exception>
    public static PictureSet Read(string path, Func<string, PictureSet> load, Terminal terminal)
    {
        try
        {
            PictureSet set = load(path);
            Say(set.Skipped, path, terminal);
            return set;
        }
        catch (Exception e) when (e is DataSetFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputFailed, e is DataSetFormatException ? e.Message : Message.Of(e, path));
        }
    }
}
