using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using MicroExpNet.Cli.Options;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Cli.Train;

/// <summary>The arguments of <c>mexp teach</c>, and what they lead to.</summary>
internal static class TeachCommand
{
    private const string Examples = """
        Examples:
          mexp teach --teacher resnet.onnx --data faces/ -o logits.csv
              once; then 'mexp train --teacher-logits logits.csv' as often as you like
          mexp teach --teacher a.onnx --teacher b.onnx --teacher-mirror --data faces/ -o logits.csv
              the mean of several teachers
          mexp teach --teacher vgg.onnx --teacher-scale 0.00392157 --data ferplus-train.zip \
              --teacher-labels neutral,happiness,surprise,sadness,anger,disgust,fear,contempt -o logits.csv
              a teacher whose file does not say how it reads faces

        Exit codes: 0 written; 1 the data cannot be used; 2 the command itself is wrong;
        130 stopped.

        """;

    /// <summary>Describes the command.</summary>
    /// <param name="terminal">The streams.</param>
    public static Command Create(Terminal terminal)
    {
        DataOptions data = new();
        TeacherArguments teacher = new(required: true);
        Option<string> output = new("--output", "-o")
        {
            HelpName = "FILE",
            Description = "The table to write, .csv: a line for each face, a column for each class.",
            Required = true,
        };
        CommandWithExamples command = new("teach", "Writes a teacher's logits for labelled faces, to distil from.", Examples);
        data.AddTo(command, forTraining: false, hasMore: true);
        teacher.AddTo(command);
        command.Add(output);
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            string path = parsed.GetValue(output)!;
            OutputFile.CheckApart([("--output", path)], teacher.Files(parsed), data.Files(parsed));
            using OutputFile file = new(path);
            FaceDataSet faces = data.Read(parsed, terminal, showTable: false, cancellationToken);
            ImmutableArray<float[]> logits = teacher.Logits(parsed, faces, terminal, cancellationToken);
            TeacherLogits.Write(file.Stream, faces.Labels, faces.Samples.Select((sample, i) => (sample.Name, logits[i])));
            file.Commit();
            int right = faces.Samples.Select((sample, i) => Array.IndexOf(logits[i], logits[i].Max()) == sample.Label)
                .Count(isRight => isRight);
            terminal.Report(string.Create(
                CultureInfo.InvariantCulture,
                    $"{path}: logits of {faces.Samples.Length:N0} faces; the teacher agrees with " +
                    $"{(double)right / faces.Samples.Length:0.0%} of the labels"));
            return ExitCode.Success;
        }));
        return command;
    }
}
