using MicroExpNet.Vision;

namespace MicroExpNet.Cli;

/// <summary>What is said about a failure: one line, no stack trace.</summary>
internal static class Message
{
    /// <summary>The line for a failure.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="name">The file or thing it went wrong with.</param>
    public static string Of(Exception failure, string name) => failure switch
    {
        PhotoFormatException or ModelFormatException or CommandException => failure.Message,
        FileNotFoundException or DirectoryNotFoundException => $"{name}: no such file",
        UnauthorizedAccessException => Directory.Exists(name) ? $"{name}: it is a folder" : $"{name}: no permission",
        OutOfMemoryException => $"{name}: not enough memory",
        IOException => $"{name}: {failure.Message}",
        _ => $"{name}: {failure.GetType().Name}: {failure.Message}",
    };

    /// <summary>What is wrong with an argument, without the name that only a programmer knows it by.</summary>
    public static string WithoutParameter(ArgumentException failure) =>
        failure.ParamName is { } name ? failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : failure.Message;

    /// <summary>A text without line breaks and other control characters.</summary>
    /// <param name="text">The text.</param>
    public static string OneLine(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, (line, source) =>
        {
            for (int i = 0; i < line.Length; i++) line[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }) : text;
}
