using System.CommandLine;
using MicroExpNet.Cli.Options;

namespace MicroExpNet.Cli.Compare;

/// <summary>The arguments of <c>mexp compare</c>, and what they lead to.</summary>
internal static class CompareCommand
{
    private const string Table = "table";
    private const string Json = "json";

    private const string Examples = """
        Examples:
          mexp compare january.csv february.csv
              whether the expressions of two months differ, and by how much
          mexp compare before.parquet after.parquet --chart drift.png
              the results of films before and after a camera was moved, as a picture too
          mexp compare model.onnx today.csv
              the faces that a model was trained on, and today's
          mexp compare old-model.csv new-model.csv --label truth --by camera
              two models on the same faces: how often each is right, and for each camera

        A and B are results of 'mexp predict' and 'mexp video', or any table with a column 'expression'.
        A stability index below 0.1 means the same, up to 0.25 shifted, above that changed.

        Exit codes: 0 compared; 1 a file cannot be read, or holds no faces;
        2 the command itself is wrong; 130 stopped by Ctrl-C.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams and the environment.</param>
    public static Command Create(Terminal terminal)
    {
        Argument<string> a = new("A") { Description = "Results (.csv, .json, .ndjson, .parquet), or a model (.onnx)." };
        Argument<string> b = new("B") { Description = "The results to compare with them." };
        Option<string> label = new("--label")
        {
            HelpName = "COLUMN",
            Description = "The column that says what each face is: accuracy and calibration are compared too.",
        };
        Option<string> by = new("--by")
        {
            HelpName = "COLUMN",
            Description = "Also compare the faces of each value of this column.",
        };
        Option<string> format = OptionFactory.Choice(
            "--format", "How the comparison is written: tables to read, or one JSON object.", Table, (Table, Table), (Json, Json));
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "Write the comparison to this file instead of standard output, as JSON.",
        };
        Option<string> chart = new("--chart")
        {
            HelpName = "FILE",
            Description = "Also draw the shares of both with their intervals: a PNG.",
        };
        CommandWithExamples command = new(
            "compare", "Compares two sets of results: expressions, sizes, sureness, accuracy.", Examples) { a, b };
        foreach (Option option in new Option[] { label, by, format, output, chart }) command.Add(option);
        command.SetAction(parsed =>
        {
            string? file = parsed.GetValue(output), picture = parsed.GetValue(chart), group = parsed.GetValue(by);
            CheckOutputs(file, picture, parsed.GetValue(a)!, parsed.GetValue(b)!);
            ResultReader reader = new(parsed.GetValue(label), group);
            ComparedFaces first = reader.Read(parsed.GetValue(a)!), second = reader.Read(parsed.GetValue(b)!);
            if (first.Shares is not null && second.Shares is not null)
            {
                throw new CommandException(
                    ExitCode.WrongCommand, $"{parsed.GetValue(b)}: a model, as A is; expected results to compare with the model's faces");
            }

            if (parsed.GetValue(label) is { } known && !first.Faces.Concat(second.Faces).Any(face => face.Label is not null))
            {
                throw new CommandException(ExitCode.WrongCommand, $"--label {known}: no face of either file has a label in this column");
            }

            Comparison all = Comparison.Of("all", first, second);
            Comparison[] groups = group is null ? [] : [.. Groups(first, second)];
            if (picture is not null) OutputFile.Write(picture, ComparisonChart.Draw(all));
            if (file is not null) OutputFile.Write(file, stream => ComparisonJson.Write(all, groups, stream));
            else if (parsed.GetValue(format) == Json) ComparisonJson.Write(all, groups, terminal.Output);
            else ComparisonTable.Write(terminal.CreateConsole(), all, groups);
            return ExitCode.Success;
        });
        return command;
    }

    // A group that one side lacks cannot be compared; a side of known shares has none.
    private static IEnumerable<Comparison> Groups(ComparedFaces first, ComparedFaces second)
    {
        foreach (string name in first.Faces.Concat(second.Faces).Select(face => face.Group!).Distinct().Order(StringComparer.Ordinal))
        {
            ComparedFaces a = first.Shares is null ? first.Of(name) : first, b = second.Shares is null ? second.Of(name) : second;
            bool isThere = (a.Shares is not null || a.Faces.Count > 0) && (b.Shares is not null || b.Faces.Count > 0);
            if (isThere) yield return Comparison.Of(name, a, b);
        }
    }

    private static void CheckOutputs(string? file, string? picture, string a, string b)
    {
        if (picture is not null) OutputFile.CheckPng("--chart", picture);
        OutputFile.CheckApart([("--output", file), ("--chart", picture)], [a, b]);
        foreach (string output in new[] { file, picture }.OfType<string>()) OutputFile.Check(output);
    }
}
