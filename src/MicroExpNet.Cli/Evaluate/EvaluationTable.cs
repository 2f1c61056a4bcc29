using System.Globalization;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;
using Spectre.Console;

namespace MicroExpNet.Cli.Evaluate;

/// <summary>An evaluation to read.</summary>
internal static class EvaluationTable
{
    private const int LabelLength = 9;

    public static void Write(
        IAnsiConsole console, string model, FaceDataSet data, IReadOnlyList<(ClassPrior Prior, EvaluationResult Result)> results,
        IReadOnlyList<(string Change, EvaluationResult Result)> moved, IReadOnlyList<GroupResult> groups, double imagesPerSecond)
    {
        EvaluationResult result = results[0].Result;
        console.WriteLine();
        console.WriteLine(Message.OneLine(string.Create(
            CultureInfo.InvariantCulture,
                $"{model} on {data.Name}: {result.Samples:N0} faces, {imagesPerSecond:N0} faces/s on {Environment.ProcessorCount} cores")));
        Table summary = Columns("prior", "accuracy", "mean recall", "macro F1", "calibration error");
        foreach ((ClassPrior prior, EvaluationResult one) in results) AddSummary(summary, prior.Name, one);
        console.Write(summary);
        if (moved.Count > 0)
        {
            Table changes = Columns("every face", "accuracy", "mean recall", "macro F1", "calibration error");
            foreach ((string change, EvaluationResult one) in moved) AddSummary(changes, change, one);
            console.Write(changes);
        }

        if (groups.Count > 0) GroupTable.Write(console, "group", groups, result.Accuracy);
        console.WriteLine(Message.OneLine($"each class, prior {results[0].Prior.Name}"));
        Table classes = Columns("class", "faces", "precision", "recall", "F1");
        foreach (ClassMetrics scores in result.PerClass)
        {
            classes.AddRow(
                Cell(scores.Label), scores.Samples.ToString("N0", CultureInfo.InvariantCulture),
                scores.Samples == 0 ? "-" : Percent(scores.Precision), scores.Samples == 0 ? "-" : Percent(scores.Recall),
                scores.Samples == 0 ? "-" : Percent(scores.F1));
        }

        console.Write(classes);
        console.WriteLine("confusion: a row for what faces are, a column for what they are called");
        Table confusion = Columns(["is", .. result.PerClass.Select(scores => Short(scores.Label))]);
        for (int row = 0; row < result.Confusion.Length; row++)
        {
            confusion.AddRow(
                [Cell(result.PerClass[row].Label), .. result.Confusion[row]
                .Select(count => count == 0 ? "." : count.ToString(CultureInfo.InvariantCulture))]);
        }

        console.Write(confusion);
    }

    private static Table Columns(params string[] names)
    {
        Table table = new Table().Border(TableBorder.Simple);
        for (int i = 0; i < names.Length; i++)
        {
            table.AddColumn(i == 0 ? new TableColumn(Cell(names[i])) : new TableColumn(Cell(names[i])).RightAligned());
        }
        return table;
    }

    private static void AddSummary(Table table, string name, EvaluationResult result) => table.AddRow(
        Cell(name), Percent(result.Accuracy), Percent(result.MeanRecall), Percent(result.MacroF1),
            result.ExpectedCalibrationError.ToString("0.000", CultureInfo.InvariantCulture));

    private static string Cell(string text) => Markup.Escape(Message.OneLine(text));

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    private static string Short(string label) => label.Length <= LabelLength ? label : label[..LabelLength];
}
