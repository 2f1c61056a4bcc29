using Spectre.Console;

namespace MicroExpNet.Cli;

/// <summary>Facts to read: a line each, its name in front.</summary>
internal sealed class FactTable
{
    private readonly Grid _grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();

    /// <summary>Adds a fact.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">What it is; a fact that is null is left out.</param>
    public void Add(string name, string? value)
    {
        if (value is not null)
        {
            _grid.AddRow(new Text(Message.OneLine(name), new Style(decoration: Decoration.Bold)), new Text(Message.OneLine(value)));
        }
    }

    /// <summary>Writes the facts.</summary>
    /// <param name="console">Where to.</param>
    public void Write(IAnsiConsole console) => console.Write(_grid);
}
