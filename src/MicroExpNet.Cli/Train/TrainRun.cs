using System.Collections.Immutable;
using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Train;

/// <summary>One run of <c>mexp train</c>: from faces to a model file, with its log and its learning curve beside it.</summary>
/// <param name="terminal">The streams.</param>
internal sealed class TrainRun(Terminal terminal)
{
    public required DataSplit Split { get; init; }

    public required string Output { get; init; }

    public string? Initial { get; init; }

    public ImmutableArray<float[]> TeacherLogits { get; init; } = [];

    public TimeSpan CheckpointInterval { get; init; }

    public bool Restart { get; init; }

    /// <summary>What becomes of the trained model before it is written: its name and its card.</summary>
    public Func<Model, Model> Finish { get; init; } = model => model;

    private string CheckpointPath => $"{Output}.checkpoint";

    /// <summary>Makes sure, before the work, that the model can be written, and that what comes beside it replaces nothing that is read.</summary>
    /// <param name="output">The model's file.</param>
    /// <param name="read">What the run reads.</param>
    /// <exception cref="CommandException">It can't, or would.</exception>
    public static void CheckOutput(string output, IEnumerable<string?> read)
    {
        using OutputFile _ = new(output);
        string[] written = [.. new[] { output, LogOf(output), CurveOf(output) }.Select(Path.GetFullPath)];
        if (written.Distinct().Count() < written.Length) throw new CommandException(ExitCode.WrongCommand, $"--output {output}: expected a name ending in .onnx; the log (.csv) and the learning curve (.png) come beside it");
        if (read.FirstOrDefault(path => path is not null && written.Contains(Path.GetFullPath(path))) is { } input)
        {
            throw new CommandException(ExitCode.WrongCommand, $"--output {output}: {input}, which is read, would be replaced; name the model otherwise");
        }
    }

    private static string LogOf(string output) => Path.ChangeExtension(output, ".csv");

    private static string CurveOf(string output) => Path.ChangeExtension(output, ".png");

    /// <summary>Trains, and writes the model.</summary>
    /// <param name="network">The network for some classes.</param>
    /// <param name="training">The settings, told whether the run starts from a model.</param>
    /// <param name="cancellation">Stops the run; its state is kept.</param>
    public int ToEnd(Func<IEnumerable<string>, Architecture> network, Func<bool, TrainingSettings> training, CancellationToken cancellation)
    {
        Model? initial = Initial is null ? null : ModelSource.Load(Initial, ExitCode.WrongCommand).Model;
        Architecture architecture = initial is null ? network(Split.Training.Labels) : Continued(initial);
        TrainingSettings settings = training(initial is not null);
        if (initial is not null) settings = settings with { PixelScale = initial.Card.PixelScale, PixelOffset = initial.Card.PixelOffset };
        if (Restart) File.Delete(CheckpointPath);
        Trainer trainer = new(settings, architecture, Split.Training)
        {
            Validation = Split.Validation.Samples.IsEmpty ? null : Split.Validation,
            Initial = initial,
            TeacherLogits = TeacherLogits,
            Card = (initial?.Card ?? new ModelCard()) with
            {
                // As the faces are trained on, so they are to be cut.
                FaceCrop = settings.Augmentation.Windows ? FaceCrop.Original : null,
                TrainingData = string.Create(CultureInfo.InvariantCulture, $"{Split.Training.Format}, {Split.Training.Samples.Length} faces"),
                Scores = null,
            },
            CheckpointPath = CheckpointPath,
            CheckpointInterval = CheckpointInterval,
        };
        terminal.OutputText.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"\n{architecture.Name}: {architecture.ParameterCount:N0} parameters, {architecture.MultiplyAdds:N0} multiply-adds a face, {settings.Threads} threads"));
        if (File.Exists(CheckpointPath)) terminal.OutputText.WriteLine($"going on from {CheckpointPath}");
        TrainingProgressLine line = new(terminal, Split.Validation.Samples.IsEmpty);
        TrainingResult result;
        try
        {
            result = trainer.Run(line.Report, cancellation);
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
        return ExitCode.Success;
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
        Model model = result.Validation is not { } scores ? result.Model : new Model(result.Model.Architecture, result.Model.Parameters, result.Model.Card with
        {
            Scores = string.Create(
                CultureInfo.InvariantCulture, $"{Path.GetFileName(Split.Validation.Name)}: accuracy {scores.Accuracy:0.0%}, mean recall {scores.MeanRecall:0.0%}, {scores.Samples} faces"),
        });
        model = Finish(model);
        using (OutputFile file = new(Output))
        {
            model.Save(file.Stream);
            file.Commit();
        }

        EpochLog.Write(LogOf(Output), result.Epochs);
        string curve = CurveOf(Output);
        using (OutputFile file = new(curve))
        {
            file.Stream.Write(MicroExpNet.Training.Charts.LearningCurve.Draw(result.Epochs));
            file.Commit();
        }

        File.Delete(CheckpointPath);
        terminal.OutputText.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{Output}: {new FileInfo(Output).Length:N0} bytes; log and learning curve beside it"));
        if (result.Validation is not { } validation) return;
        terminal.OutputText.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {result.Epoch} on {validation.Samples:N0} validation faces: accuracy {validation.Accuracy:0.00%}, mean recall {validation.MeanRecall:0.0%}, calibration error {validation.ExpectedCalibrationError:0.000} (temperature {result.Temperature:0.00})"));
    }
}
