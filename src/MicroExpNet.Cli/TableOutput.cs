using System.Text;
using Spectre.Console;

namespace MicroExpNet.Cli;

/// <summary>Where tables go, with a width of our own choosing.</summary>
internal sealed class TableOutput : IAnsiConsoleOutput
{
    /// <summary>Joins a writer and what is known of it.</summary>
    /// <param name="writer">Takes the text.</param>
    /// <param name="isTerminal">Whether a person reads it.</param>
    /// <param name="width">Columns.</param>
    public TableOutput(TextWriter writer, bool isTerminal, int width)
    {
        Writer = writer;
        IsTerminal = isTerminal;
        Width = width;
    }

    /// <inheritdoc/>
    public TextWriter Writer { get; }

    /// <inheritdoc/>
    public bool IsTerminal { get; }

    /// <inheritdoc/>
    public int Width { get; }

    /// <inheritdoc/>
    public int Height => 24;

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
        // Always UTF-8.
    }
}
