using System.Globalization;
using MicroExpNet.Training.DataSets;
using Spectre.Console;

namespace MicroExpNet.Cli.Train;

/// <summary>What is in a data set: images, classes, folds, and what was left out and why.</summary>
internal static class DataSetTable
{
    public static void Write(FaceDataSet data, IAnsiConsole console)
    {
        console.WriteLine();
        console.WriteLine(
            Message.OneLine(string.Create(CultureInfo.InvariantCulture, $"{data.Name}: {data.Samples.Length:N0} faces, {data.Format}")));
        int[] folds = [.. data.Samples.Where(sample => sample.Fold is not null).Select(sample => sample.Fold!.Value).Distinct().Order()];
        int subjects = data.Samples.Where(sample => sample.Subject is not null).Select(sample => sample.Subject).Distinct().Count();
        Table table = new Table().Border(TableBorder.Simple).AddColumn("class").AddColumn(new TableColumn("faces").RightAligned())
            .AddColumn(new TableColumn("share").RightAligned());
        int[] counts = new int[data.Labels.Length];
        foreach (FaceSample sample in data.Samples) counts[sample.Label]++;
        for (int label = 0; label < data.Labels.Length; label++)
        {
            int count = counts[label];
            table.AddRow(
                Markup.Escape(Message.OneLine(data.Labels[label])), count.ToString("N0", CultureInfo.InvariantCulture),
                ((double)count / data.Samples.Length).ToString("0.0%", CultureInfo.InvariantCulture));
        }

        console.Write(table);
        if (folds.Length > 0) console.WriteLine($"in {folds.Length} folds{(subjects > 0 ? $" by {subjects} subjects" : "")}");
        else if (subjects > 0) console.WriteLine($"{subjects} subjects");

        // Classes without faces are in the table itself.
        foreach (var reason in data.Skipped.Where(one => one.Reason != FaceDataSet.EmptyClass).GroupBy(one => one.Reason)
            .OrderByDescending(group => group.Count()))
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"left out: {reason.Count():N0}, {reason.Key}"));
        }
    }
}
