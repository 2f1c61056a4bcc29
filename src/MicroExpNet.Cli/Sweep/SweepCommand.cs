using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Cli.Options;
using MicroExpNet.Cli.Train;
using MicroExpNet.Files;
using MicroExpNet.Training;
using MicroExpNet.Training.Charts;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Sweep;

/// <summary>The arguments of <c>mexp sweep</c>, and what they lead to.</summary>
internal static class SweepCommand
{
    private const string ByTemperature = "temperature";
    private const string BySize = "size";

    private const string Examples = """
        Examples:
          mexp sweep --data faces/ --holdout 0.1 --architectures v,p1,p2,p12 --squeezes 1,4,8,16 \
              --epochs 100 -o sizes.csv
              the paper's candidates: accuracy against size
          mexp sweep --data faces/ --holdout 0.1 --teacher-logits logits.csv \
              --temperatures 1,2,4,8,16,32 --lambdas 0,0.5 --seeds 1,2,3 -o temperature.csv
              the paper's distillation: accuracy against temperature, without a teacher for λ 0

        A stopped sweep goes on when the same command is given again. Beside the table:
        its charts, FILE-temperature.png and FILE-size.png.

        Exit codes: 0 done; 1 the data cannot be used, or a loss is no longer a number;
        2 the command itself is wrong; 130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        DataOptions data = new();
        TrainingArguments training = new();
        NetworkOptions network = new();
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The table to write, .csv, a line for each training.",
            Required = true,
        };
        Option<string> architectures = new("--architectures")
        {
            HelpName = "a,b,c",
            Description = "Networks: microexpnet, v, p1, p2, p12.",
            DefaultValueFactory = _ => OriginalArchitectures.MicroExpNetName,
        };
        Option<int[]> squeezes = new("--squeezes")
        {
            HelpName = "S,S,…",
            Description = "Squeeze coefficients of the candidates. [default: 1,4,8,16]",
            CustomParser = OptionValue.Integers(1),
        };
        Option<float[]> temperatures = new("--temperatures")
        {
            HelpName = "T,T,…",
            Description = "Temperatures of distillation. [default: 8]",
            CustomParser = OptionValue.Numbers,
        };
        Option<float[]> lambdas = new("--lambdas")
        {
            HelpName = "L,L,…",
            Description = "Shares of the teacher; 0 is without one. [default: 0, with a teacher 0,0.5]",
            CustomParser = OptionValue.Numbers,
        };
        Option<int[]> seeds = new("--seeds")
        {
            HelpName = "N,N,…",
            Description = "Seeds. [default: 1]",
            CustomParser = OptionValue.Integers(0),
        };
        Option<string> teacher = new("--teacher-logits")
        {
            HelpName = "FILE",
            Description = "A teacher's logits for the training faces, as 'mexp teach' writes them.",
        };
        CommandWithExamples command = new(
            "sweep", "Trains a grid of networks, temperatures and seeds, as the paper's experiments do.", Examples);
        data.AddTo(command, forTraining: true);
        foreach (Option option in new Option[] { output, architectures, squeezes, temperatures, lambdas, seeds, teacher })
        {
            command.Add(option);
        }
        training.AddTo(command, forSweep: true);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            string path = parsed.GetValue(output)!;
            OutputFile.CheckApart(
                [
                    ("--output", path), ("--output's chart", ChartOf(path, ByTemperature)), ("--output's chart", ChartOf(path, BySize)),
                ],
                [parsed.GetValue(teacher)], data.Files(parsed));
            OutputFile.Check(path);
            string[] names = parsed.GetValue(architectures)!.Split(',', StringSplitOptions.TrimEntries);
            if (parsed.GetResult(squeezes) is { Implicit: false } && names.All(name => name == OriginalArchitectures.MicroExpNetName))
            {
                throw new CommandException(
                    ExitCode.WrongCommand,
                    $"{squeezes.Name} is for the paper's candidates, not for {architectures.Name} {OriginalArchitectures.MicroExpNetName}");
            }
            if (parsed.GetValue(teacher) is null) training.RefuseTeachers(parsed);
            using FileLock running = Lock(path);
            DataSplit split = data.ReadSplit(parsed, terminal, cancellationToken);
            if (split.Validation.Samples.IsEmpty)
            {
                throw new CommandException(
                    ExitCode.WrongCommand, "a sweep compares networks on validation faces: give --validation, --fold or --holdout");
            }
            ImmutableArray<float[]> logits = TeacherFile.Read(parsed.GetValue(teacher), split.Training);
            TrainingOptions settings = training.Read(parsed, network, split.Training, continues: false);
            SweepTable table = new(path, string.Join("; ",
            [
                $"{split.Training.Samples.Length} training faces {ShortHash(DataHash.Of(split.Training))}",
                $"{split.Validation.Samples.Length} validation faces {ShortHash(DataHash.Of(split.Validation))}",
                logits.IsEmpty ? "no teacher" : $"teacher {ShortHash(DataHash.Of(logits))}",
                JsonSerializer.Serialize(settings with { Threads = 1 }, SweepJson.Default.TrainingOptions),
            ]));
            SweepPoint[] points =
            [
                .. Points(
                    names, Given(parsed.GetValue(squeezes), [1, 4, 8, 16]), Given(parsed.GetValue(temperatures), [8]),
                    Given(parsed.GetValue(lambdas), logits.IsEmpty ? [0] : [0, 0.5f]), Given(parsed.GetValue(seeds), [1])),
            ];
            if (logits.IsEmpty && points.Any(point => point.Lambda > 0))
            {
                throw new CommandException(ExitCode.WrongCommand, "lambdas above 0 need --teacher-logits");
            }
            if (logits.IsEmpty && parsed.GetResult(temperatures) is { Implicit: false })
            {
                throw new CommandException(ExitCode.WrongCommand, "temperatures need --teacher-logits");
            }
            Check(points, split.Training.Labels);
            terminal.Report();
            terminal.Report(
                string.Create(CultureInfo.InvariantCulture, $"{points.Length} trainings, {points.Count(table.Has)} of them done before"));
            terminal.Report($"{"network",14} {"T",6} {"lambda",7} {"seed",5} {"parameters",11} {"accuracy",9} {"mean recall",12}");
            foreach (SweepPoint point in points)
            {
                if (!table.Has(point))
                {
                    table.Add(Train(
                        point, (settings, training.KeepProbability(parsed)), split, logits,
                        new CallbackProgress<TrainingProgress>(progress => Live(terminal, point, progress)), cancellationToken));
                }
                Show(terminal, table.Rows.First(row => row.Point == point));
                Draw(path, table.Rows);
            }

            return ExitCode.Success;
        }));
        return command;
    }

    // The table is written after every training: two runs on one would each overwrite what the other has added.
    private static FileLock Lock(string path)
    {
        try
        {
            return new FileLock(path);
        }
        catch (FileInUseException)
        {
            throw new CommandException(ExitCode.WrongCommand, $"cannot write {path}: another run is writing it");
        }
    }

    // Without a teacher one temperature is as good as another: it is trained once.
    private static IEnumerable<SweepPoint> Points(
        string[] architectures, int[] squeezes, float[] temperatures, float[] lambdas, int[] seeds) =>
    (
        from architecture in architectures
        from squeeze in architecture == OriginalArchitectures.MicroExpNetName ? [OriginalArchitectures.MicroExpNetSqueeze] : squeezes
        from lambda in lambdas
        from temperature in lambda == 0 ? [1] : temperatures
        from seed in seeds
        select new SweepPoint(architecture, squeeze, Math.Round(temperature, 4), Math.Round(lambda, 4), seed)).Distinct();

    // All of the grid before any of it is trained.
    private static void Check(SweepPoint[] points, ImmutableArray<string> labels)
    {
        if (points.FirstOrDefault(
            point => point.Architecture != OriginalArchitectures.MicroExpNetName
            && !OriginalArchitectures.CandidateNames.Contains(point.Architecture)).Architecture is { } unknown)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"--architectures '{unknown}': expected {OriginalArchitectures.MicroExpNetName}, " +
                $"{string.Join(", ", OriginalArchitectures.CandidateNames)}");
        }

        if (points.Any(point => point.Lambda > 1)) throw new CommandException(ExitCode.WrongCommand, "--lambdas: expected numbers 0 to 1");
        if (points.Any(point => point.Temperature <= 0))
        {
            throw new CommandException(ExitCode.WrongCommand, "--temperatures: expected numbers above 0");
        }
        try
        {
            foreach (SweepPoint point in points) Network(point, labels);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"--squeezes: {Message.WithoutParameter(e)}");
        }
    }

    private static Architecture Network(SweepPoint point, ImmutableArray<string> labels) =>
        point.Architecture == OriginalArchitectures.MicroExpNetName
        ? OriginalArchitectures.MicroExpNet(labels: labels)
        : OriginalArchitectures.Candidate(point.Architecture, point.Squeeze, labels: labels);

    // Trainings of other faces, or with another teacher, are another sweep's.
    private static string ShortHash(string hash) => hash[..16];

    private static void Live(Terminal terminal, SweepPoint point, TrainingProgress progress)
    {
        terminal.Status.Update(() => string.Create(
            CultureInfo.InvariantCulture,
            $"{point.Architecture} s={point.Squeeze}  {(double)progress.Step / progress.Steps:0%}  {progress.ImagesPerSecond:N0} faces/s"));
    }

    private static SweepRow Train(
        SweepPoint point, (TrainingOptions Common, double? KeepProbability) settings, DataSplit split, ImmutableArray<float[]> logits,
            IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            Architecture architecture = Network(point, split.Training.Labels);
            double keep = settings.KeepProbability ?? (OriginalArchitectures.CandidateNames.Contains(point.Architecture) ? 0.5 : 1);
            TrainingOptions own = settings.Common with
            {
                KeepProbability = keep,
                Temperature = point.Temperature,
                Lambda = point.Lambda,
                Seed = (ulong)point.Seed,
            };
            TrainingResult result = new Trainer(
                own, architecture, split.Training)
            {
                Validation = split.Validation,
                TeacherLogits = point.Lambda > 0
                ? logits
                : [],
                KeepsBest = false
            }.Run(progress, cancellationToken);
            using MemoryStream file = new();
            result.Model.Save(file);
            return new SweepRow(
                point, architecture.ParameterCount, file.Length, result.Validation!.Accuracy, result.Validation.MeanRecall,
                result.Validation.MacroF1);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, Message.WithoutParameter(e));
        }
        catch (TrainingDivergedException e)
        {
            throw new CommandException(ExitCode.InputFailed, $"{point}: {e.Message}");
        }
    }

    private static void Show(Terminal terminal, SweepRow row) => terminal.Report(string.Create(
        CultureInfo.InvariantCulture,
        $"{$"{row.Point.Architecture} s={row.Point.Squeeze}",14} {(row.Point.Lambda == 0 ? "-" : row.Point.Temperature),6} " +
            $"{row.Point.Lambda,7:0.##} {row.Point.Seed,5} {row.Parameters,11:N0} {row.Accuracy,9:0.0%} {row.MeanRecall,12:0.0%}"));

    private static string ChartOf(string path, string by) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}-{by}.png");

    private static void Draw(string path, IReadOnlyList<SweepRow> rows)
    {
        if (rows.Any(row => row.Point.Lambda > 0)) OutputFile.Write(ChartOf(path, ByTemperature), LineChart.Draw(
            "Accuracy and temperature", "temperature", "validation accuracy",
            rows.Where(row => row.Point.Lambda > 0)
                .GroupBy(row =>
                $"{row.Point.Architecture} s={row.Point.Squeeze}, lambda {row.Point.Lambda.ToString(CultureInfo.InvariantCulture)}")
                .Select(group => (group.Key, group.Select(row => (row.Point.Temperature, row.Accuracy)))),
            logarithmic: true));
        OutputFile.Write(ChartOf(path, BySize), LineChart.Draw(
            "Accuracy and size", "model file, kB", "validation accuracy",
            rows.GroupBy(row => $"{row.Point.Architecture}, {(row.Point.Lambda > 0 ? "with teacher" : "without teacher")}")
                .Select(group => (group.Key, group.Select(row => (Math.Round(row.Bytes / 1000.0), row.Accuracy)))),
            logarithmic: true));
    }

    private static T[] Given<T>(T[]? values, T[] otherwise) => values is { Length: > 0 } ? values : otherwise;
}
