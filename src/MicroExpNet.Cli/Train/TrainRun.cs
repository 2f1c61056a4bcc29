using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Optimizers;

namespace MicroExpNet.Cli.Train;

/// <summary>One run of <c>mexp train</c>: from faces to a model file, with its log and its learning curve beside it.</summary>
/// <param name="terminal">The streams.</param>
internal sealed class TrainRun(Terminal terminal)
{
    /// <summary>How long the state may take to be saved after Ctrl-C.</summary>
    public static readonly TimeSpan StateSaving = TimeSpan.FromMinutes(1);

    public required DataSplit Split { get; init; }

    public required string Output { get; init; }

    /// <summary>The model's file, open for the whole run: no other run can write it.</summary>
    public required OutputFile File { get; init; }

    public string? Initial { get; init; }

    public ImmutableArray<float[]> TeacherLogits { get; init; } = [];

    public TimeSpan CheckpointInterval { get; init; }

    public bool Restart { get; init; }

    /// <summary>Adds to the card how faces are prepared.</summary>
    public Func<ModelCard, ModelCard> Prepare { get; init; } = card => card;

    /// <summary>What becomes of the trained model before it is written: its name and its card.</summary>
    public Func<Model, Model> Finish { get; init; } = model => model;

    private string CheckpointPath => CheckpointOf(Output);

    /// <summary>Opens the model's file before the work, and makes sure that what comes beside it replaces nothing that is read.</summary>
    /// <param name="output">The model's file.</param>
    /// <param name="read">Files that the run reads.</param>
    /// <param name="dataSets">The faces that it reads.</param>
    /// <exception cref="CommandException">It cannot be written, or something that is read would be replaced.</exception>
    public static OutputFile OpenOutput(string output, IEnumerable<string?> read, IEnumerable<string?> dataSets)
    {
        string[] written = [.. new[] { output, LogOf(output), CurveOf(output) }.Select(Path.GetFullPath)];
        if (written.Distinct().Count() < written.Length)
        {
            throw new CommandException(
                ExitCode.WrongCommand,
                $"--output {output}: expected a name ending in .onnx; the log (.csv) and the learning curve (.png) come beside it");
        }

        // A run that goes on may have its own files in a folder that it reads: the first time they were not there.
        string checkpoint = CheckpointOf(output);
        bool goesOn = System.IO.File.Exists(checkpoint);
        OutputFile.CheckApart(
            [
                ("--output", output), ("--output's log", LogOf(output)), ("--output's learning curve", CurveOf(output)),
                ("--output's checkpoint", checkpoint),
            ],
            read.Where(IsChecked), dataSets.Where(IsChecked));
        foreach (string beside in new[] { LogOf(output), CurveOf(output) }) OutputFile.Check(beside);
        return new OutputFile(output);

        bool IsChecked(string? path) => !(goesOn && Directory.Exists(path));
    }

    private static string CheckpointOf(string output) => OutputFile.Beside(output, ".checkpoint");

    private static string LogOf(string output) => Path.ChangeExtension(output, ".csv");

    private static string CurveOf(string output) => Path.ChangeExtension(output, ".png");

    /// <summary>Trains, and writes the model.</summary>
    /// <param name="network">The network for some classes.</param>
    /// <param name="training">The settings, told whether the run starts from a model.</param>
    /// <param name="cancellationToken">Stops the run; its state is kept.</param>
    public int ToEnd(
        Func<IEnumerable<string>, Architecture> network, Func<bool, TrainingOptions> training, CancellationToken cancellationToken)
    {
        Model? initial = Initial is null ? null : ModelSource.Load(Initial, ExitCode.WrongCommand, cancellationToken).Model;
        Architecture architecture = initial is null ? network(Split.Training.Labels) : Continued(initial);
        TrainingOptions settings = training(initial is not null);
        if (initial is not null) settings = settings with { PixelScale = initial.Card.PixelScale, PixelOffset = initial.Card.PixelOffset };
        terminal.Report();
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
                $"{architecture.Name}: {architecture.ParameterCount:N0} parameters, {architecture.MultiplyAdds:N0} multiply-adds a " +
                $"face, {settings.Threads} threads"));
        terminal.StopPatience = StateSaving;
        TrainingProgressLine line = new(terminal, Split.Validation.Samples.IsEmpty);
        TrainingResult result;
        try
        {
            Trainer trainer = Create(settings, architecture, initial);
            trainer.Restarts = Restart || BeginsAnew(trainer.FindResumePoint(), settings);
            result = trainer.Run(line, cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, Message.WithoutParameter(e));
        }
        catch (CheckpointFormatException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{e.Message} (or give --restart)");
        }
        catch (TrainingDivergedException e)
        {
            throw new CommandException(ExitCode.InputFailed, e.Message);
        }
        catch (OperationCanceledException)
        {
            terminal.Say($"stopped; the same command goes on from {CheckpointPath}");
            throw;
        }

        Write(result);
        if (result.CheckpointFailure is { } failure) throw OutputFile.Failed(CheckpointPath, failure);
        return ExitCode.Success;
    }

    private Trainer Create(TrainingOptions settings, Architecture architecture, Model? initial) => new(
        settings, architecture, Split.Training)
    {
        Validation = Split.Validation.Samples.IsEmpty ? null : Split.Validation,
        Initial = initial,
        TeacherLogits = TeacherLogits,
        Card = Prepare(initial?.Card ?? new ModelCard()) with
        {
            // Of the model to start from, these tell how that one was made.
            Description = null,
            Source = Initial is null ? null : $"on from {Path.GetFileName(Initial)}",

            // As the faces are trained on, so they are to be cut.
            FaceCrop = settings.Augmentation.Windows ? FaceCrop.Original : null,
            TrainingData = TrainingData(initial),
            Scores = null,
        },
        CheckpointPath = CheckpointPath,
        CheckpointInterval = CheckpointInterval,
    };

    // What the model to start from had learned stays in it.
    private string TrainingData(Model? initial)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"{Split.Training.Format}, {Split.Training.Samples.Length} faces");
        return initial?.Card.TrainingData is { } before && before != own ? $"{own}; before that: {before}" : own;
    }

    // Says what the checkpoint means for this run. That of a finished run with other settings is replaced, as the model is.
    private bool BeginsAnew(ResumePoint? point, TrainingOptions options)
    {
        if (point is null) return false;
        if (point.Difference is { } difference)
        {
            string other = $"{CheckpointPath}: the checkpoint of a run with other settings or data ({difference})";
            if (!point.IsFinished) throw new CheckpointFormatException($"{other}; remove it to begin anew");
            terminal.Report($"{other}; that run is finished, so this one begins anew");
            return true;
        }

        if (point.IsPast) return false;
        terminal.Report(point.Epochs >= options.Epochs
            ? $"{CheckpointPath}: all {point.Epochs} epochs are done; the model is written again"
            : $"going on from {CheckpointPath}: {point.Epochs} of {options.Epochs} epochs are done");
        if (point.PlannedEpochs == options.Epochs) return false;
        string schedule = TrainingArguments.NameOf(options.Schedule);
        terminal.Report(point.PlannedLearningRate == point.LearningRate || options.Schedule is ScheduleKind.Constant or ScheduleKind.Step
            ? $"the run was planned for {point.PlannedEpochs} epochs; with the schedule {schedule} it ends as one of {options.Epochs} " +
                "epochs would"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the run was planned for {point.PlannedEpochs} epochs; the schedule {schedule} now spans {options.Epochs}, so the " +
                    $"learning rate goes from {point.PlannedLearningRate:g3} to {point.LearningRate:g3}, and the model will not be that " +
                    $"of a run of {options.Epochs} epochs from the start"));
        return false;
    }

    private Architecture Continued(Model initial)
    {
        try
        {
            return FineTuning.Architecture(initial, Split.Training.Labels);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"{Initial}: {Message.WithoutParameter(e)}");
        }
    }

    private void Write(TrainingResult result)
    {
        Finish(result.Model).Save(File.Stream);
        File.Commit();
        EpochLog.Write(LogOf(Output), result.Epochs);
        OutputFile.Write(CurveOf(Output), MicroExpNet.Training.Charts.LearningCurve.Draw(result.Epochs));
        terminal.Report();
        terminal.Report(
            string.Create(
            CultureInfo.InvariantCulture,
            $"{Output}: {new FileInfo(Output).Length:N0} bytes; log and learning curve beside it. " +
                $"More --epochs go on from {CheckpointPath}"));
        if (result.Validation is not { } validation) return;
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {result.Epoch} on {validation.Samples:N0} validation faces: accuracy {validation.Accuracy:0.00%}, mean recall " +
                $"{validation.MeanRecall:0.0%}, calibration error {validation.ExpectedCalibrationError:0.000} (temperature " +
                $"{result.Temperature:0.00})"));
    }
}
