using System.CommandLine;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>The options that say what scenes are composed of.</summary>
internal sealed class ComposerOptions
{
    /// <summary>Backgrounds need no more pixels than a few times those of a scene.</summary>
    public const int BackgroundSide = 1024;

    private readonly PictureSetsOption _heads = new(
        "--heads", "Heads, cut out loosely: a folder or zip archive with a boxes.csv of their boxes and eyes. Given several times: " +
        "heads of each are as common as those of any other.");
    private readonly PictureSetOption _backgrounds = new(
        "--backgrounds", "Pictures without faces: a folder or zip archive.", required: true, BackgroundSide);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_heads.Option);
        command.Add(_backgrounds.Option);
    }

    /// <summary>What is read.</summary>
    /// <param name="parsed">The command's arguments.</param>
    public IEnumerable<string?> Files(ParseResult parsed) => [.. parsed.GetValue(_heads.Option)!, parsed.GetValue(_backgrounds.Option)];

    /// <summary>Reads heads and backgrounds.</summary>
    /// <param name="parsed">The command's arguments.</param>
    /// <param name="terminal">Where to say what could not be used.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    public (IReadOnlyList<PictureSet> Heads, PictureSet Backgrounds) Read(
        ParseResult parsed, Terminal terminal, CancellationToken cancellationToken) =>
        (_heads.Read(parsed, terminal, cancellationToken), _backgrounds.Read(parsed, terminal, cancellationToken)!);

    /// <summary>Makes the composer.</summary>
    /// <exception cref="CommandException">There is no head, or no background.</exception>
    public static SceneComposer Compose(
        IReadOnlyCollection<PictureSet> heads, PictureSet backgrounds, IReadOnlyCollection<HardNegative>? negatives = null)
    {
        try
        {
            return new SceneComposer(heads, backgrounds, negatives);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.InputFailed, e.Message);
        }
    }
}
