using System.CommandLine;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that say how a model's faces are prepared, beyond the crop.</summary>
internal sealed class PreparationOptions
{
    private readonly Option<bool?> _antialias = new("--antialias")
    {
        Description = "Resize faces larger than the model's input with antialiasing. [default: what its file says, or not]",
    };

    private readonly Option<double?> _leveling = new("--leveling")
    {
        HelpName = "SHARE",
        Description = "Bring each crop's brightness and contrast this part of the way to those of well-lit faces, e.g. 0.5. "
            + "[default: what its file says, or 0]",
        CustomParser = result => OptionValue.Between(0, 1)(result),
    };

    private readonly Option<bool?> _mirrorMean = new("--mirror-mean")
    {
        Description = "Answer with the mean over the face and its mirror image, in twice the time. [default: what its file says, or not]",
    };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_antialias, _leveling, _mirrorMean];

    /// <summary>A card with what the options say.</summary>
    public ModelCard Apply(ParseResult parsed, ModelCard card) => card with
    {
        Antialias = parsed.GetValue(_antialias) ?? card.Antialias,
        Leveling = (float?)parsed.GetValue(_leveling) ?? card.Leveling,
        MirrorMean = parsed.GetValue(_mirrorMean) ?? card.MirrorMean,
    };
}
