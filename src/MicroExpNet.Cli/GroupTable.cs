using System.Globalization;
using MicroExpNet.Training.Evaluation;
using Spectre.Console;

namespace MicroExpNet.Cli;

/// <summary>A table of groups: how many faces each has, the share that is right, and its 95% confidence interval.</summary>
internal static class GroupTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="name">What the groups are, the first column's title.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="whole">The share of all faces that is right, 0 to 1.</param>
    public static void Write(IAnsiConsole console, string name, IEnumerable<GroupResult> groups, double whole)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumn(Markup.Escape(Message.OneLine(name)));
        foreach (string column in new[] { "faces", "right", "95% interval" }) table.AddColumn(new TableColumn(column).RightAligned());
        table.AddColumn("");
        foreach (GroupResult group in groups)
        {
            WilsonInterval interval = group.Interval;
            table.AddRow(
                Markup.Escape(Message.OneLine(group.Group)),
                group.Faces.ToString("N0", CultureInfo.InvariantCulture),
                group.Share.ToString("0.0%", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{interval.Low:0.0%} to {interval.High:0.0%}"),
                group.FallsBehind(whole) ? "more than 5 points below the whole" : "");
        }

        console.Write(table);
    }
}
