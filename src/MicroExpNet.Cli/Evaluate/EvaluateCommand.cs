using System.Collections.Immutable;
using System.CommandLine;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;
using MicroExpNet.Training.Charts;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Cli.Evaluate;

/// <summary>The arguments of <c>mexp evaluate</c>, and what they lead to.</summary>
internal static class EvaluateCommand
{
    private static readonly string[] PlotSuffixes = ["confusion", "reliability"];

    private const string Examples = """
        Examples:
          mexp evaluate --model mine.onnx --data faces/
              accuracy, recall of each class, confusion matrix, calibration
          mexp evaluate --model mine.onnx --data ferplus-valid.zip --prior uniform --format json
              with all classes taken to be equally common
          mexp evaluate --data people.csv --by skin
              also the accuracy of each group, here the values of the table's column 'skin'
          mexp evaluate --model mine.onnx --data faces/ --plots report
              also report-confusion.png and report-reliability.png

        Exit codes: 0 evaluated; 1 the data cannot be used; 2 the command itself is wrong;
        130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        DataOptions data = new();
        ModelOptions model = new(ShippedModels.DefaultName);
        Option<string> prior = new("--prior")
        {
            HelpName = "natural|root|uniform|FILE",
            Description = "How common each class is assumed to be: as in training, as the roots of those shares, all equally, or as a " +
                "file of lines 'class share' says.",
            DefaultValueFactory = _ => "natural",
        };
        Option<EvaluationFormat> format = new("--format")
        {
            HelpName = "table|json",
            Description = "How the result is written. [default: table]",
            CustomParser = OptionValue.OneOf(("table", EvaluationFormat.Table), ("json", EvaluationFormat.Json)),
        };
        Option<bool> moved = new("--moved") { Description = "Also with every face shifted by 10% of its side and sized 0.8 and 1.25." };
        Option<bool> found = new("--found")
        {
            Description =
                "Also with every face as the detector finds and cuts it in a larger picture, upright and tilted by up to 20 degrees.",
        };
        Option<bool> degraded = new("--degraded")
        {
            Description = "Also with every face noisy, blurred, in an eighth of the light, of 16 pixels, and with its lower part covered.",
        };
        Option<string> by = new("--by")
        {
            HelpName = "COLUMN",
            Description = "Also by group: the values of this column of the table of labels.",
        };
        Option<string> plots = new("--plots")
        {
            HelpName = "PREFIX",
            Description = "Write the confusion matrix and the reliability diagram to PREFIX-confusion.png and PREFIX-reliability.png.",
        };
        CommandWithExamples command = new("evaluate", "Measures how well a model recognises the expressions of labelled faces.", Examples);
        model.AddTo(command);
        data.AddTo(command, forTraining: false);
        foreach (Option option in new Option[] { prior, format, moved, found, degraded, by, plots }) command.Add(option);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            bool asJson = parsed.GetValue(format) == EvaluationFormat.Json;
            string path = model.Name(parsed) ?? ShippedModels.DefaultName;
            if (parsed.GetValue(plots) is { } prefix)
            {
                CheckPlots(prefix, [.. ModelSource.Files(path), parsed.GetValue(prior)], data.Files(parsed));
            }

            Model loaded = model.Apply(parsed, ModelSource.Load(path, ExitCode.WrongCommand).Model, path);
            ClassPrior asked = PriorSource.Read(parsed.GetValue(prior)!);
            FaceDataSet faces = data.Read(
                parsed, terminal, showTable: !asJson, cancellationToken, toEvaluate: true, expected: loaded.Architecture.Labels,
                group: parsed.GetValue(by));
            try
            {
                ModelEvaluation evaluation = new(loaded, faces, model.Inference(parsed));
                SayDifference(evaluation, path, faces, terminal);
                List<(ClassPrior Prior, EvaluationResult Result)> results = [(asked, evaluation.Evaluate(asked))];
                foreach (ClassPrior other in new[] { ClassPrior.Natural, ClassPrior.SquareRoot, ClassPrior.Uniform })
                {
                    // A model that does not know how common its classes were has no other prior.
                    if (other != asked && !loaded.Card.ClassFrequencies.IsDefaultOrEmpty) results.Add((other, evaluation.Evaluate(other)));
                }

                cancellationToken.ThrowIfCancellationRequested();
                ImmutableArray<(string, EvaluationResult)> changes = parsed.GetValue(moved) ? evaluation.EvaluateShifted(asked) : [];
                if (parsed.GetValue(degraded)) changes = [.. changes, .. evaluation.EvaluateDegraded(asked)];
                if (parsed.GetValue(found)) changes = [.. changes, .. evaluation.EvaluateDetected(asked, FaceDetector.Default)];
                if (parsed.GetValue(plots) is { } stem) WritePlots(stem, results[0].Result, faces.Name);
                IReadOnlyList<GroupResult> groups = parsed.GetValue(by) is null ? [] : evaluation.EvaluateGroups(asked);
                if (asJson) EvaluationJson.Write(terminal.Output, path, faces, results, changes, groups, evaluation.ImagesPerSecond);
                else EvaluationTable.Write(terminal.CreateConsole(), path, faces, results, changes, groups, evaluation.ImagesPerSecond);
            }
            catch (ModelFormatException e)
            {
                throw new CommandException(ExitCode.WrongCommand, $"{path}: {e.Message}");
            }
            catch (ArgumentException e)
            {
                throw new CommandException(ExitCode.WrongCommand, $"{path}: {Message.WithoutParameter(e)}");
            }

            return ExitCode.Success;
        }));
        return command;
    }

    private static void SayDifference(ModelEvaluation evaluation, string model, FaceDataSet faces, Terminal terminal)
    {
        List<string> parts = [];
        if (evaluation.OnlyOfModel is { IsEmpty: false } answers)
        {
            parts.Add($"only {model} has {string.Join(", ", answers)} (such answers count as wrong)");
        }

        if (evaluation.OnlyOfData is { IsEmpty: false } labels)
        {
            parts.Add($"only {faces.Name} has {string.Join(", ", labels)} (such faces count as wrong)");
        }

        if (parts.Count > 0) terminal.Say($"the classes are not the same: {string.Join("; ", parts)}");
    }

    private static void CheckPlots(string prefix, IEnumerable<string?> read, IEnumerable<string?> dataSets)
    {
        OutputFile.CheckApart(PlotSuffixes.Select(suffix => ("--plots", (string?)PlotPath(prefix, suffix))), read, dataSets);
        foreach (string suffix in PlotSuffixes) OutputFile.Check(PlotPath(prefix, suffix));
    }

    private static string PlotPath(string prefix, string suffix) => $"{prefix}-{suffix}.png";

    private static void WritePlots(string prefix, EvaluationResult result, string name)
    {
        foreach ((string suffix, byte[] picture) in new[] { (PlotSuffixes[0], ConfusionChart.Draw(result, Path.GetFileName(name))),
            (PlotSuffixes[1], ReliabilityChart.Draw(result, Path.GetFileName(name))) })
        {
            OutputFile.Write(PlotPath(prefix, suffix), picture);
        }
    }
}
