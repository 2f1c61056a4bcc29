using System.CommandLine;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>The option that chooses among heads those for training or those for looking at.</summary>
internal sealed class HeadPartOption
{
    /// <summary>Share of the heads, the last by name, that training never sees.</summary>
    public const double ValidationShare = 0.15;

    /// <summary>The option.</summary>
    public Option<string> Option { get; } = OptionFactory.Choice(
        "--part", "Which heads: all, those that 'mexp train-detector' trains on, or the rest.", "all", ("all", "all"),
        ("training", "training"), ("validation", "validation"));

    /// <summary>The heads that were asked for.</summary>
    public PictureSet Of(ParseResult parsed, PictureSet heads) => parsed.GetValue(Option) switch
    {
        "training" => heads.Part(ValidationShare, last: false),
        "validation" => heads.Part(ValidationShare, last: true),
        _ => heads,
    };
}
