using System.CommandLine;
using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Cli.Options;
using MicroExpNet.Cli.Train;
using MicroExpNet.Models;
using MicroExpNet.Training;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Cli.Detector;

/// <summary>The arguments of <c>mexp train-detector</c>, and what they lead to.</summary>
internal static class TrainDetectorCommand
{
    private const int ValidationScenes = 200;
    private const ulong ValidationSeed = 0x5CE4E;

    private const string Examples = """
        Examples:
          mexp train-detector --heads heads.zip --backgrounds photos/ -o detector.onnx
              a face detector, trained on scenes composed of heads and pictures without faces
          mexp train-detector --heads heads.zip --backgrounds photos/ --validation-backgrounds others/ \
              --steps 100000 --learning-rate 4e-3 -o detector.onnx
              longer, and judged on backgrounds it was not trained on

        The last 15% of the heads by name are not trained on: with them scenes are composed to look at.
        A run that was stopped goes on when the same command is given again.

        Exit codes: 0 trained; 1 the pictures cannot be used, or the loss is no longer a number;
        2 the command itself is wrong; 130 stopped (the state is kept).

        """;

    private static readonly int[] DefaultWidths = [32, 32, 32, 32];

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        ComposerOptions composer = new();
        CardOptions card = new();
        DetectorTrainingOptions defaults = new();
        PictureSetOption others = new(
            "--validation-backgrounds", "Pictures without faces for the scenes that are looked at. [default: those of --backgrounds]",
            required: false, ComposerOptions.BackgroundSide);
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The ONNX file to write; an existing one is replaced.",
            Required = true,
        };
        Option<int> stem = OptionFactory.Integer("--stem-width", "N", "Channels of the first convolution.", 1, 16);
        Option<int[]> widths = new("--widths")
        {
            HelpName = "A,B,…",
            Description = $"Channels of the second convolution and of each block. [default: {string.Join(',', DefaultWidths)}]",
            CustomParser = OptionValue.Integers(1),
        };
        Option<int> steps = OptionFactory.Integer("--steps", "N", "Steps of training.", 1, (int)defaults.Steps);
        Option<double> degradation = OptionFactory.Number(
            "--degradation", "X", "How common odd light, blur, strong noise and compression are in the scenes: a share of the usual.", 0, 1,
            1);
        Option<int> batch = OptionFactory.Integer(
            "--batch-size", "N", "Composed images in a step.", 1, defaults.BatchSize, TrainingOptions.MaxBatchSize);
        Option<double> rate = OptionFactory.Number(
            "--learning-rate", "X", "The highest learning rate, of AdamW with one cycle.", 1e-12, 1e3, defaults.LearningRate);
        Option<int> report = OptionFactory.Integer(
            "--report", "N", "Steps between looks at the validation scenes.", 1, defaults.StepsPerReport);
        Option<int> threads = OptionFactory.Integer("--threads", "N", "Threads.", 1, Environment.ProcessorCount);
        Option<int> seed = OptionFactory.Integer("--seed", "N", "Seed of initial values and scenes.", 0, 1);
        Option<string> init = new("--init")
        {
            HelpName = "FILE",
            Description = "A detector of the same stem width and widths to go on from. [default: random weights]",
        };
        Option<string> negatives = HardNegativesOption.Create();
        Option<bool> restart = new("--restart") { Description = "Begin anew where a stopped run's state is found." };
        CommandWithExamples command = new("train-detector", "Trains a face detector on composed scenes.", Examples);
        composer.AddTo(command);
        foreach (Option option in new Option[] { others.Option, output, init, negatives, stem, widths, steps, degradation, batch, rate,
            report, threads, seed, restart }) command.Add(option);
        card.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            string path = parsed.GetValue(output)!;
            string checkpoint = OutputFile.Beside(path, ".checkpoint");
            OutputFile.CheckApart(
                [("--output", path), ("--output's checkpoint", checkpoint)],
                [.. composer.Files(parsed), parsed.GetValue(others.Option), parsed.GetValue(negatives), parsed.GetValue(init)]);
            using OutputFile file = new(path);
            (IReadOnlyList<PictureSet> heads, PictureSet backgrounds) = composer.Read(parsed, terminal, cancellationToken);
            SceneComposer training = ComposerOptions.Compose(
                [.. heads.Select(set => set.Part(HeadPartOption.ValidationShare, last: false))], backgrounds,
                HardNegativesOption.Read(parsed.GetValue(negatives)));
            SceneComposer validation = ComposerOptions.Compose(
                [.. heads.Select(set => set.Part(HeadPartOption.ValidationShare, last: true))],
                others.Read(parsed, terminal, cancellationToken) ?? backgrounds);
            SceneOptions scenes = new();
            terminal.StopPatience = TrainRun.StateSaving;
            DetectorTrainingOptions settings = new()
            {
                Steps = parsed.GetValue(steps),
                BatchSize = parsed.GetValue(batch),
                Degradation = parsed.GetValue(degradation),
                LearningRate = parsed.GetValue(rate),
                StepsPerReport = parsed.GetValue(report),
                Threads = parsed.GetValue(threads),
                Seed = (ulong)parsed.GetValue(seed),
            };
            Architecture architecture = CreateArchitecture(
                parsed.GetValue(stem), parsed.GetValue(widths) is { Length: > 0 } given ? given : DefaultWidths);
            Model? initial = parsed.GetValue(init) is { } start ? ModelSource.Load(start, ExitCode.WrongCommand).Model : null;
            DetectorTrainer trainer = new(settings, architecture, training)
            {
                Validation = [
                    .. Enumerable.Range(0, ValidationScenes).AsParallel().AsOrdered()
                    .Select(i => validation.Compose(scenes, ValidationSeed, i))],
                Card = new ModelCard
                {
                    TrainingData = string.Create(
                        CultureInfo.InvariantCulture,
                        $"scenes composed of {training.Heads} heads and {training.Backgrounds} pictures without faces"),
                },
                Initial = initial,
                CheckpointPath = checkpoint,
                Restarts = parsed.GetValue(restart),
            };
            terminal.Report(string.Create(
                CultureInfo.InvariantCulture,
                $"{architecture.Name}: {architecture.ParameterCount:N0} parameters, {architecture.MultiplyAdds:N0} multiply-adds an " +
                    $"image of {architecture.Input.Height}x{architecture.Input.Width}, {training.Heads:N0} heads, " +
                    $"{training.Backgrounds:N0} backgrounds, {settings.Threads} threads"));
            if (File.Exists(checkpoint) && !trainer.Restarts) terminal.Report($"going on from {checkpoint}");
            terminal.Report(
                $"{"step",13} {"loss",8} {"recall",8} {"false",6} {"recall at 1 in 10",18} {"IoU",6} {"eyes",6} {"images/s",9} {"left",8}");
            try
            {
                Write(card.Apply(
                    parsed, trainer.Run(new CallbackProgress<DetectorProgress>(progress => Report(progress, terminal)), cancellationToken)),
                    file, path, terminal);
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
                terminal.Say($"stopped; the same command goes on from {checkpoint}");
                throw;
            }

            File.Delete(checkpoint);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Architecture CreateArchitecture(int stem, int[] widths)
    {
        try
        {
            return DetectorArchitectures.Detector("facedetector", stem, [.. widths]);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.WrongCommand, $"--widths {string.Join(',', widths)}: {Message.WithoutParameter(e)}");
        }
    }

    private static void Report(DetectorProgress progress, Terminal terminal)
    {
        DetectorScores scores = progress.Scores!;
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.Step,6}/{progress.Steps,-6} {progress.Loss,8:0.0000} {scores.Recall,8:0.0%} {scores.FalseFaces,6} " +
                $"{scores.RecallAtOneInTen,18:0.0%} {scores.MeanIntersectionOverUnion,6:0.00} {scores.EyeError,6:0.000} " +
                $"{progress.ImagesPerSecond,9:N0} {TrainingProgressLine.Time(progress.Remaining),8}"));
    }

    private static void Write(Model model, OutputFile file, string path, Terminal terminal)
    {
        model.Save(file.Stream);
        long length = file.Stream.Length;
        file.Commit();
        terminal.Report();
        terminal.Report(string.Create(CultureInfo.InvariantCulture, $"{path}: {length:N0} bytes"));
    }
}
