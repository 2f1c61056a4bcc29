using System.CommandLine;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>An option that may be given several times, each time naming pictures, and reads them all.</summary>
/// <param name="name">The option.</param>
/// <param name="description">What pictures they are.</param>
internal sealed class PictureSetsOption(string name, string description)
{
    /// <summary>The option.</summary>
    public Option<string[]> Option { get; } = new(name) { HelpName = "PICTURES", Description = description, Required = true };

    /// <summary>Reads the pictures and says what of them could not be used.</summary>
    /// <exception cref="CommandException">There are none.</exception>
    public IReadOnlyList<PictureSet> Read(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken) =>
        [.. parsed.GetValue(Option)!.Select(path => PictureSetOption.Read(path, int.MaxValue, terminal, cancellationToken))];
}
