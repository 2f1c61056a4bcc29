using System.CommandLine;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say which faces of a picture are recognised.</summary>
internal sealed class FaceSelectionOptions
{
    private const string Skip = "skip";
    private const string Whole = "whole";

    private readonly Option<string> _noFace;

    /// <summary>Describes the options.</summary>
    /// <param name="skipped">What a picture without a face gives by default, for the help text.</param>
    public FaceSelectionOptions(string skipped) => _noFace = OptionFactory.Choice(
        "--no-face", $"Where no face is found: {skipped}, or the whole picture as one face, as the original does.", Skip, (Skip, Skip),
        (Whole, Whole));

    /// <summary><c>--faces</c> alone.</summary>
    public Option<FaceSelection> Faces { get; } = OptionFactory.Choice(
        "--faces", "Which faces: all that are found, the largest only, or the whole picture as one face.", FaceSelection.All,
        ("all", FaceSelection.All), ("largest", FaceSelection.Largest), ("whole", FaceSelection.Whole));

    /// <summary>Both options.</summary>
    public IReadOnlyList<Option> Options => [Faces, _noFace];

    /// <summary>Which faces were asked for.</summary>
    /// <param name="parsed">The command's arguments.</param>
    public FaceSelection Selection(ParseResult parsed) => (parsed.GetValue(Faces), parsed.GetValue(_noFace)) switch
    {
        (FaceSelection.All, Whole) => FaceSelection.AllOrWhole,
        (FaceSelection.Largest, Whole) => FaceSelection.LargestOrWhole,
        (var selection, _) => selection,
    };
}
