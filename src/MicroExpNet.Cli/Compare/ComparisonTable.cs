using System.Globalization;
using MicroExpNet.Training.Evaluation;
using Spectre.Console;

namespace MicroExpNet.Cli.Compare;

/// <summary>Comparisons to read.</summary>
internal static class ComparisonTable
{
    // By the convention of the index's users.
    private const double Same = 0.1;
    private const double Changed = 0.25;

    /// <summary>Writes the tables.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="all">All faces.</param>
    /// <param name="groups">Each group.</param>
    public static void Write(IAnsiConsole console, Comparison all, IReadOnlyList<Comparison> groups)
    {
        console.WriteLine(Message.OneLine($"A: {Describe(all.A)}"));
        console.WriteLine(Message.OneLine($"B: {Describe(all.B)}"));
        Table shares = Columns("expression", "A", "95% interval", "B", "95% interval", "B − A");
        for (int i = 0; i < all.Classes.Count; i++)
        {
            double a = all.CountsA[i] / all.CountsA.Sum(), b = all.CountsB[i] / all.CountsB.Sum();
            shares.AddRow(
                Cell(all.Classes[i]), Percent(a), Interval(all.A, all.CountsA[i]), Percent(b), Interval(all.B, all.CountsB[i]),
                (b - a).ToString("+0.0%;−0.0%;0.0%", CultureInfo.InvariantCulture));
        }

        console.Write(shares);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"expressions: stability index {all.StabilityIndex:0.000} ({Verdict(all.StabilityIndex, all.ByChance)}; by chance about " +
            $"{all.ByChance:0.000}), Jensen-Shannon divergence {all.JensenShannon:0.000}"));
        foreach ((string name, double a, double b, double index, double byChance) in all.Numbers)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: median {a:0.###} and {b:0.###}, stability index {index:0.000} ({Verdict(index, byChance)}; by chance about " +
                $"{byChance:0.000})"));
        }

        WriteCalibration(console, all);
        if (groups.Count > 0) WriteGroups(console, groups);
    }

    /// <summary>What an index says.</summary>
    /// <param name="index">The stability index.</param>
    /// <param name="byChance">The index that chance gives on average.</param>
    public static string Verdict(double index, double byChance) =>
        index < Math.Max(Same, 2 * byChance) ? "the same" : index <= Changed ? "shifted" : "changed";

    private static void WriteCalibration(IAnsiConsole console, Comparison all)
    {
        (string, FaceCalibration?)[] sides = [("A", FaceCalibration.Of(all.A.Faces)), ("B", FaceCalibration.Of(all.B.Faces))];
        if (sides.All(side => side.Item2 is null)) return;
        Table table = Columns("labels", "faces", "right", "95% interval", "calibration error");
        foreach ((string name, FaceCalibration? calibration) in sides)
        {
            if (calibration is null) continue;
            WilsonInterval interval = WilsonInterval.Of(calibration.Right, calibration.Faces);
            table.AddRow(
                name, calibration.Faces.ToString("N0", CultureInfo.InvariantCulture),
                Percent((double)calibration.Right / calibration.Faces), $"{Percent(interval.Low)} to {Percent(interval.High)}",
                calibration.Error?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-");
        }

        console.Write(table);
    }

    private static void WriteGroups(IAnsiConsole console, IReadOnlyList<Comparison> groups)
    {
        Table table = Columns("group", "A", "B", "stability index", "by chance", "", "right in A", "right in B");
        foreach (Comparison group in groups)
        {
            table.AddRow(
                Cell(group.Name), group.A.Faces.Count.ToString("N0", CultureInfo.InvariantCulture),
                group.B.Faces.Count.ToString("N0", CultureInfo.InvariantCulture),
                group.StabilityIndex.ToString("0.000", CultureInfo.InvariantCulture),
                group.ByChance.ToString("0.000", CultureInfo.InvariantCulture), Verdict(group.StabilityIndex, group.ByChance),
                Right(group.A), Right(group.B));
        }

        console.Write(table);
    }

    private static string Right(ComparedFaces faces) => FaceCalibration.Of(faces.Faces) is { } calibration
        ? Percent((double)calibration.Right / calibration.Faces)
        : "-";

    private static string Describe(ComparedFaces faces) => faces.Shares is null
        ? string.Create(CultureInfo.InvariantCulture, $"{faces.Name}, {faces.Faces.Count:N0} faces")
        : $"{faces.Name}, the shares of its training faces";

    private static string Interval(ComparedFaces faces, double count)
    {
        if (faces.Shares is not null) return "-";
        WilsonInterval interval = WilsonInterval.Of((int)count, faces.Faces.Count);
        return $"{Percent(interval.Low)} to {Percent(interval.High)}";
    }

    private static Table Columns(params string[] names)
    {
        Table table = new Table().Border(TableBorder.Simple);
        for (int i = 0; i < names.Length; i++)
        {
            TableColumn column = new(Cell(names[i]));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        return table;
    }

    private static string Cell(string text) => Markup.Escape(Message.OneLine(text));

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);
}
