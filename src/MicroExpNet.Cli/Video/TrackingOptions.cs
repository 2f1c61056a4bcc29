using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Video;

/// <summary>The options that say how faces are followed through a video.</summary>
internal sealed class TrackingOptions
{
    /// <summary>
    /// The time constant, in seconds: the shortest with which a picture that shakes by a pixel changes its answer in less than 1% of its
    /// frames.
    /// </summary>
    public const double DefaultSmoothing = 0.3;

    private static readonly double DefaultGap = new VideoOptions().MaxGap.TotalSeconds;

    private readonly Option<double> _smooth = new("--smooth")
    {
        HelpName = "SECONDS",
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"Smooth probabilities over this time; a real change is followed sooner. 0 gives each frame's own. [default: " +
                $"{DefaultSmoothing}]"),
        CustomParser = OptionValue.Between(0, 10),
    };

    private readonly Option<double> _gap = new("--gap")
    {
        HelpName = "SECONDS",
        Description = string.Create(
            CultureInfo.InvariantCulture, $"A face that is away for at most this long keeps its number. [default: {DefaultGap}]"),
        CustomParser = OptionValue.Between(0, 60),
    };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> Options => [_smooth, _gap];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in Options) command.Add(option);
    }

    /// <summary>What was asked for.</summary>
    public VideoOptions Requested(ParseResult parsed) => new()
    {
        SmoothingTime = TimeSpan.FromSeconds(parsed.GetResult(_smooth) is null ? DefaultSmoothing : parsed.GetValue(_smooth)),
        MaxGap = TimeSpan.FromSeconds(parsed.GetResult(_gap) is null ? DefaultGap : parsed.GetValue(_gap)),
    };
}
