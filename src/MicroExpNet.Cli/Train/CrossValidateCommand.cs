using System.CommandLine;
using System.Globalization;
using System.Text;
using MicroExpNet.Architectures;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Cli.Train;

/// <summary>The arguments of <c>mexp crossvalidate</c>, and what they lead to.</summary>
internal static class CrossValidateCommand
{
    private const string Examples = """
        Examples:
          mexp crossvalidate --data CK+/ --epochs 100
              the paper's ten folds by subject
          mexp crossvalidate --data faces/ --subject '^[^_]+' --folds 5 -o folds.csv
              five folds by the person in each file's name: p01 in happy/p01_a.png
          mexp crossvalidate --data faces/ --subject '^[^/]+/' --folds 5
              by each person's folder: p01 in p01/happy/a.png

        Folds are as the data set gives them, else by subject, else of every class alike. Each
        fold's figures are those of the last epoch: choosing one by the fold itself would flatter.

        Exit codes: 0 done; 1 the data cannot be used, or the loss is no longer a number;
        2 the command itself is wrong; 130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        DataOptions data = new();
        NetworkOptions network = new();
        TrainingArguments training = new();
        Option<int> folds = new("--folds")
        {
            HelpName = "K",
            Description = "How many folds. [default: the data set's own, else 10]",
            CustomParser = OptionValue.Integer(2),
        };
        Option<string> teacher = new("--teacher-logits")
        {
            HelpName = "FILE",
            Description = "A teacher's logits for all faces, as 'mexp teach' writes them.",
        };
        Option<string> output = new("--output", "-o") { HelpName = "FILE", Description = "Also write a table of the folds, .csv." };
        CommandWithExamples command = new(
            "crossvalidate", "Trains once for each fold of a data set and evaluates it on that fold.", Examples);
        data.AddTo(command, forTraining: false);
        data.AddFoldsTo(command);
        foreach (Option option in new Option[] { folds, output, teacher }) command.Add(option);
        network.AddTo(command);
        training.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            string? path = parsed.GetValue(output);

            // With a file to write, the work is done though nobody may read along any more.
            Action<string> say = path is null ? terminal.WriteLine : terminal.Report;
            OutputFile.CheckApart([("--output", path)], [parsed.GetValue(teacher)], data.Files(parsed));
            using OutputFile? file = path is null ? null : new OutputFile(path);
            FaceDataSet faces = data.Read(parsed, terminal, showTable: true, cancellationToken);
            int own = faces.Samples.All(sample => sample.Fold is not null)
                ? faces.Samples.Select(sample => sample.Fold).Distinct().Count()
                : SubjectFoldCount(faces);
            int count = parsed.GetResult(folds) is null ? own : parsed.GetValue(folds);
            Architecture architecture = network.Read(parsed, faces.Labels);
            if (parsed.GetValue(teacher) is null) training.RefuseTeachers(parsed);
            TrainingOptions settings = training.Read(parsed, network, faces, continues: false);
            try
            {
                TeacherLogits? logits = TeacherFile.Load(parsed.GetValue(teacher), faces);
                CrossValidation validation = new(settings, architecture, faces, count) { Teacher = logits };
                data.RejectDuplicates(parsed, faces.Name, validation, terminal, cancellationToken);
                List<FoldResult> results = [];
                say("");
                say($"{"fold",6} {"train",8} {"faces",8} {"accuracy",9} {"mean recall",12} {"macro F1",9}");
                foreach (FoldResult result in validation.Run(
                    new CallbackProgress<FoldProgress>(progress => Live(terminal, progress.Fold, count, progress.Training)),
                    cancellationToken))
                {
                    results.Add(result);
                    say(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{result.Fold,6} {result.TrainingFaces,8:N0} {result.Result.Samples,8:N0} {result.Result.Accuracy,9:0.0%} " +
                            $"{result.Result.MeanRecall,12:0.0%} {result.Result.MacroF1,9:0.0%}"));
                }

                say(
                    $"accuracy {Spread(results, result => result.Accuracy)}, mean recall " +
                        $"{Spread(results, result => result.MeanRecall)}, macro F1 {Spread(results, result => result.MacroF1)} (mean ± " +
                        "standard deviation over the folds)");
                if (file is null) return ExitCode.Success;
                file.Stream.Write(Encoding.UTF8.GetBytes(Table(results)));
                file.Commit();
                return ExitCode.Success;
            }
            catch (Exception e) when (e is ArgumentException or DataSetFormatException or TrainingDivergedException)
            {
                throw new CommandException(
                    ExitCode.InputFailed, e is ArgumentException argument ? Message.WithoutParameter(argument) : e.Message);
            }
        }));
        return command;
    }

    private static int SubjectFoldCount(FaceDataSet faces) => faces.Samples.All(sample => sample.Subject is not null)
        ? Math.Min(10, faces.Samples.Select(sample => sample.Subject).Distinct().Count())
        : 10;

    private static void Live(Terminal terminal, int fold, int folds, TrainingProgress progress)
    {
        terminal.Status.Update(
            () => string.Create(
            CultureInfo.InvariantCulture,
            $"fold {fold}/{folds}  {(double)progress.Step / progress.Steps:0%}  {progress.ImagesPerSecond:N0} faces/s"));
    }

    private static string Spread(List<FoldResult> results, Func<MicroExpNet.Training.Evaluation.EvaluationResult, double> value)
    {
        double[] values = [.. results.Select(result => value(result.Result))];
        double mean = values.Average();
        double deviation = values.Length < 2 ? 0 : Math.Sqrt(values.Sum(one => (one - mean) * (one - mean)) / (values.Length - 1));
        return string.Create(CultureInfo.InvariantCulture, $"{mean:0.0%} ± {deviation * 100:0.0}");
    }

    private static string Table(List<FoldResult> results)
    {
        StringBuilder text = new("fold,training_faces,faces,accuracy,mean_recall,macro_f1,calibration_error\n");
        foreach (FoldResult one in results)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{one.Fold},{one.TrainingFaces},{one.Result.Samples},{one.Result.Accuracy:g6},{one.Result.MeanRecall:g6},");
            text.Append(CultureInfo.InvariantCulture, $"{one.Result.MacroF1:g6},{one.Result.ExpectedCalibrationError:g6}\n");
        }

        return text.ToString();
    }
}
