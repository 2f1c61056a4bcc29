using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Models;
using MicroExpNet.Training;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Cli.Train;

/// <summary>The arguments of <c>mexp train</c>.</summary>
internal static class TrainCommand
{
    private const string Examples = """
        Examples:
          mexp train --data faces/ --holdout 0.1 -o mine.onnx
              MicroExpNet from a folder with a folder of faces for each class
          mexp train --data ferplus-train.zip --validation ferplus-valid.zip -o wild.onnx \
              --allow-duplicates --architecture residual --epochs 30 --batch-size 128 \
              --optimizer adamw --learning-rate 4e-3 --schedule one-cycle --average 0.998
          mexp train --data faces/ --holdout 0.1 --teacher-logits logits.csv -o student.onnx
              with a teacher, whose logits 'mexp teach' has written
          mexp train --data mine/ --holdout 0.2 --init wild.onnx --learning-rate 1e-4 -o mine.onnx
              goes on from a model, on faces of your own

          mexp train --export mine.onnx.checkpoint -o so-far.onnx
              the best model so far of a run that was stopped

        A run that was stopped goes on when the same command is given again; a finished one, too,
        with more --epochs. Beside the model: a learning curve (.png), the log (.csv), and the
        run's state (.checkpoint), under the same name.

        Exit codes: 0 trained; 1 the data cannot be used, or the loss is no longer a number;
        2 the command itself is wrong; 130 stopped (the state is kept).

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        DataOptions data = new(isRequired: false);
        NetworkOptions network = new();
        TrainingArguments training = new();
        TeacherArguments teacher = new(required: false);
        CardOptions card = new();
        PreparationOptions preparation = new();
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The ONNX file to write; an existing one is replaced.",
            Required = true,
        };
        Option<string> initial = new("--init")
        {
            HelpName = "MODEL",
            Description = "Go on from this model; with other classes its last layer is made anew.",
        };
        Option<string> teacherLogits = new("--teacher-logits")
        {
            HelpName = "FILE",
            Description = "A teacher's logits for the training faces, .csv or .npy, as 'mexp teach' writes them.",
        };
        Option<double> minutes = new("--checkpoint-minutes")
        {
            HelpName = "N",
            Description = "Minutes between checkpoints.",
            CustomParser = OptionValue.Between(0, 100_000),
            DefaultValueFactory = _ => 1,
        };
        Option<bool> restart = new("--restart") { Description = "Begin anew where a stopped run's state is found." };
        Option<string> export = new("--export")
        {
            HelpName = "CHECKPOINT",
            Description = "Write the model of a stopped or finished run's state, and train no further.",
        };
        CommandWithExamples command = new("train", "Trains a network on labelled faces.", Examples);
        data.AddTo(command, forTraining: true, hasMore: true);
        command.Add(output);
        network.AddTo(command);
        command.Add(initial);
        teacher.AddTo(command);
        command.Add(teacherLogits);
        training.AddTo(command, continues: true);
        card.AddTo(command);
        foreach (Option option in preparation.Options) command.Add(option);
        command.Add(minutes);
        command.Add(restart);
        command.Add(export);
        command.Validators.Add(result =>
        {
            if (result.GetResult(export) is null && data.Missing(result) is { } name) result.AddError($"Option '{name}' is required.");
        });
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            if (parsed.GetValue(export) is { } state)
            {
                if (command.Options.Except([export, output, .. card.Options])
                    .FirstOrDefault(one => parsed.GetResult(one) is { Implicit: false }) is { } idle)
                {
                    throw new CommandException(
                        ExitCode.WrongCommand,
                        $"{idle.Name}: {export.Name} writes the model as it is, and trains no further; leave it out");
                }
                return Export(state, parsed.GetValue(output)!, model => card.Apply(parsed, model), terminal);
            }
            if (parsed.GetValue(initial) is null && training.Freezes(parsed))
            {
                throw new CommandException(ExitCode.WrongCommand, "--freeze keeps the convolutions of a model: give --init");
            }
            if (parsed.GetValue(initial) is not null && network.Given(parsed) is { } option)
            {
                throw new CommandException(ExitCode.WrongCommand, $"{option}: the network is that of --init; give one of the two");
            }
            if (teacher.IsGiven(parsed) && parsed.GetValue(teacherLogits) is not null)
            {
                throw new CommandException(ExitCode.WrongCommand, "give one of --teacher and --teacher-logits");
            }
            teacher.RefuseIdle(parsed);
            if (!teacher.IsGiven(parsed) && parsed.GetValue(teacherLogits) is null) training.RefuseTeachers(parsed);
            string[] initialFiles = parsed.GetValue(initial) is { } start ? [.. ModelSource.Files(start)] : [];
            using OutputFile file = TrainRun.OpenOutput(
                parsed.GetValue(output)!, [.. initialFiles, .. teacher.Files(parsed), parsed.GetValue(teacherLogits)], data.Files(parsed));
            DataSplit split = data.ReadSplit(parsed, terminal, cancellationToken);
            return new TrainRun(terminal)
            {
                Split = split,
                Output = parsed.GetValue(output)!,
                File = file,
                Initial = parsed.GetValue(initial),
                TeacherLogits = teacher.IsGiven(parsed)
                    ? teacher.Logits(parsed, split.Training, terminal, cancellationToken)
                    : TeacherFile.Read(parsed.GetValue(teacherLogits), split.Training),
                CheckpointInterval = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                Restart = parsed.GetValue(restart),
                Prepare = own => preparation.Apply(parsed, own),
                Finish = model => card.Apply(parsed, model),
            }.ToEnd(
                labels => network.Read(parsed, labels), continues => training.Read(parsed, network, split.Training, continues),
                cancellationToken);
        }));
        return command;
    }

    private static int Export(string state, string output, Func<Model, Model> finish, Terminal terminal)
    {
        if (Path.GetFullPath(state) == Path.GetFullPath(output))
        {
            throw new CommandException(
                ExitCode.WrongCommand, $"--output {output}: the state would be replaced; give the model another name");
        }
        using OutputFile file = new(output);
        Model model;
        bool hasEpoch;
        try
        {
            model = finish(Trainer.ReadModel(state, out hasEpoch));
        }
        catch (Exception e) when (e is CheckpointFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.WrongCommand, Message.Of(e, state));
        }

        model.Save(file.Stream);
        long length = file.Stream.Length;
        file.Commit();
        string scores = !hasEpoch ? "; no epoch is finished yet" : model.Card.Scores is { } known ? $"; {known}" : "";
        terminal.Report(string.Create(CultureInfo.InvariantCulture, $"{output}: {length:N0} bytes{scores}"));
        return ExitCode.Success;
    }
}
