using Spectre.Console;

namespace MicroExpNet.Cli.Predict;

/// <summary>Lines of a table on a terminal with colours. A class of its own: other output loads nothing of Spectre.Console.</summary>
/// <param name="terminal">The streams.</param>
/// <param name="output">Where to.</param>
internal sealed class ColoredTerminal(Terminal terminal, Stream output)
{
    private readonly IAnsiConsole _console = terminal.CreateConsole(output, isTerminal: true);

    /// <summary>Writes a line.</summary>
    /// <param name="parts">Its pieces.</param>
    public void WriteLine((string Text, Look Look)[] parts)
    {
        Paragraph line = new();
        foreach ((string text, Look look) in parts) line.Append(text, StyleOf(look));
        _console.Write(line.Append("\n"));
    }

    private static Style StyleOf(Look look) => look switch
    {
        Look.Bold => new Style(decoration: Decoration.Bold),
        Look.Green => new Style(Color.Green),
        Look.Grey => new Style(Color.Grey),
        _ => Style.Plain,
    };
}
