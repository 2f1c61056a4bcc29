using System.CommandLine;
using System.CommandLine.Completions;

namespace MicroExpNet.Cli.Options;

/// <summary>Makes options of common kinds.</summary>
internal static class OptionFactory
{
    /// <summary>A whole number.</summary>
    public static Option<int> Integer(
        string name, string helpName, string description, int minimum, int otherwise, int maximum = int.MaxValue)
    {
        return new Option<int>(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = OptionValue.Integer(minimum, maximum),
            DefaultValueFactory = _ => otherwise,
        };
    }

    /// <summary>How many operations a network may do.</summary>
    public static Option<long> MaxOperations(string network, string input, long otherwise) => new("--max-operations")
    {
        HelpName = "N",
        Description = $"The most operations (multiply-adds and comparisons) {network} may do for one {input}.",
        DefaultValueFactory = _ => otherwise,
        CustomParser = OptionValue.LongInteger(1),
    };

    /// <summary>A number in a range.</summary>
    public static Option<double> Number(string name, string helpName, string description, double minimum, double maximum, double? otherwise)
    {
        Option<double> option = new(name)
        {
            HelpName = helpName,
            Description = description,
            CustomParser = OptionValue.Between(minimum, maximum),
        };
        if (otherwise is { } value) option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<T> Choice<T>(string name, string description, T otherwise, params (string Word, T Value)[] choices) => new(name)
    {
        CompletionSources = { _ => choices.Select(choice => new CompletionItem(choice.Word)) },
        HelpName = string.Join('|', choices.Select(choice => choice.Word)),
        Description = $"{description} [default: {choices.First(choice => Equals(choice.Value, otherwise)).Word}]",
        CustomParser = result => result.Tokens.Count == 0 ? otherwise : OptionValue.OneOf(choices)(result),
    };
}
