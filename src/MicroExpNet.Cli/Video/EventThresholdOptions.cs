using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Video;

namespace MicroExpNet.Cli.Video;

/// <summary>The options that say when an expression counts as an event.</summary>
internal sealed class EventThresholdOptions
{
    private const double MinProbability = 0.01;

    private static readonly EventOptions Default = new();

    // The same hysteresis, in shares, where only the beginning is given.
    private static readonly float LeaveShare = Default.Leave / Default.Enter;

    private readonly Option<double> _start = new("--event-start")
    {
        HelpName = "P",
        Description = string.Create(
            CultureInfo.InvariantCulture, $"An interval begins where an expression's probability reaches this. [default: {Default.Enter}]"),
        CustomParser = OptionValue.Between(MinProbability, 1),
    };

    private readonly Option<double> _end = new("--event-end")
    {
        HelpName = "P",
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"It ends where the probability falls below this, at most --event-start. [default: two thirds of --event-start, "
            + $"{Default.Leave}]"),
        CustomParser = OptionValue.Between(MinProbability, 1),
    };

    private readonly Option<TimeSpan?> _shortest = new("--min-event")
    {
        HelpName = "TIME",
        Description = string.Create(
            CultureInfo.InvariantCulture, $"Leave out shorter intervals. [default: {Default.MinDuration.TotalSeconds}]"),
        CustomParser = result => OptionValue.Time(result),
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_start);
        command.Add(_end);
        command.Add(_shortest);
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="CommandException">Intervals would end above the probability at which they begin.</exception>
    public EventOptions Requested(ParseResult parsed)
    {
        bool isStartGiven = parsed.GetResult(_start) is not null, isEndGiven = parsed.GetResult(_end) is not null;
        float enter = isStartGiven ? (float)parsed.GetValue(_start) : Default.Enter;
        float leave = isEndGiven ? (float)parsed.GetValue(_end) : isStartGiven ? enter * LeaveShare : Default.Leave;
        if (leave > enter)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--event-end {leave}: expected at most the probability at which intervals begin, {enter}"));
        }

        return Default with { Enter = enter, Leave = leave, MinDuration = parsed.GetValue(_shortest) ?? Default.MinDuration };
    }
}
