using System.Globalization;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli;

/// <summary>What is said about a failure: one line, no stack trace.</summary>
internal static class Message
{
    private const int MaxLine = 1000;
    private const int Kept = 250;

    /// <summary>The line for a failure.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="name">The file or thing it went wrong with.</param>
    public static string Of(Exception failure, string name) => failure switch
    {
        PhotoFormatException or ModelFormatException or CheckpointFormatException or CommandException => failure.Message,
        FileNotFoundException or DirectoryNotFoundException =>
            $"{name}: {(UnreadableName.Is(name) ? UnreadableName.Reason : "no such file")}",
        UnauthorizedAccessException => Directory.Exists(name) ? $"{name}: it is a folder" : $"{name}: no permission",
        OutOfMemoryException => $"{name}: not enough memory",
        IOException => $"{name}: {failure.Message}",
        _ => $"{name}: {failure.GetType().Name}: {failure.Message}",
    };

    /// <summary>What is wrong with an argument, without the parameter's name, which means nothing to a user of the command.</summary>
    public static string WithoutParameter(ArgumentException failure) =>
        failure.ParamName is { } name ? failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : failure.Message;

    /// <summary>A text that is safe to show: without line breaks, other control characters and those that reverse the direction of
    /// text.</summary>
    /// <param name="text">The text, such as a file's name.</param>
    public static string OneLine(string text) =>
        text.Any(IsUnsafe) ? string.Create(text.Length, text, (line, source) =>
        {
            for (int i = 0; i < line.Length; i++) line[i] = IsUnsafe(source[i]) ? ' ' : source[i];
        }) : text;

    /// <summary>A line without its middle, where it is longer than anybody reads.</summary>
    /// <param name="line">The line.</param>
    public static string Cut(string line) =>
        line.Length <= MaxLine
            ? line
            : string.Create(
            CultureInfo.InvariantCulture, $"{line[..(MaxLine - Kept)]} […{line.Length - MaxLine:N0} characters…] {line[^Kept..]}");

    // Joiners, which emoji and some scripts need, are harmless.
    private static bool IsUnsafe(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E')
        or (>= '\u2066' and <= '\u2069');
}
