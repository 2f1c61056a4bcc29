using System.CommandLine;

namespace MicroExpNet.Cli.Options;

/// <summary>The option <c>--jobs</c> of commands that read pictures.</summary>
internal sealed class JobsOption
{
    /// <summary>The option.</summary>
    public Option<int> Option { get; } = new("--jobs", "-j")
    {
        HelpName = "N",
        Description = "Pictures worked on at once. [default: the number of processor cores]",
        CustomParser = OptionValue.Integer(1),
    };

    /// <summary>How many pictures are worked on at once.</summary>
    /// <param name="parsed">The command's arguments.</param>
    public int Count(ParseResult parsed) => parsed.GetResult(Option) is null ? Environment.ProcessorCount : parsed.GetValue(Option);
}
