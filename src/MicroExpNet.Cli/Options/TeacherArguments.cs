using System.Collections.Immutable;
using System.CommandLine;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Cli.Options;

/// <summary>The options that name a teacher and say what its file does not.</summary>
internal sealed class TeacherArguments
{
    private readonly Option<string[]> _teacher;
    private readonly Option<(int Height, int Width)?> _size = new("--teacher-size")
    {
        HelpName = "HxW",
        Description = "The size the teacher reads, where its file does not say.",
        CustomParser = OptionValue.Size,
    };
    private readonly Option<double?> _scale = new("--teacher-scale")
    {
        HelpName = "S",
        Description = "The teacher reads pixels of 0 to 255 times this. [default: its metadata, or 1]",
        CustomParser = result => OptionValue.Between(-1000, 1000)(result),
    };
    private readonly Option<double?> _offset = new("--teacher-offset")
    {
        HelpName = "O",
        Description = "And plus this. [default: its metadata, or 0]",
        CustomParser = result => OptionValue.Between(-100_000, 100_000)(result),
    };
    private readonly Option<string> _labels = new("--teacher-labels")
    {
        HelpName = "a,b,c",
        Description = "What the teacher's outputs mean. [default: its metadata]",
    };
    private readonly Option<bool> _mirror = new("--teacher-mirror")
    {
        Description = "The teacher also reads each face mirrored; the mean is used.",
    };

    private readonly Option<long> _maxOperations = OptionFactory.MaxOperations(
        "a teacher", "face", new TeacherOptions().MaxOperations);

    public TeacherArguments(bool required) => _teacher = new Option<string[]>("--teacher")
    {
        HelpName = "MODEL",
        Description = "An ONNX model of any size to learn from, run by ONNX Runtime. Of several, the mean of their logits is used.",
        Required = required,
    };

    private Option[] OfFile => [_size, _scale, _offset, _labels, _mirror, _maxOperations];

    public void AddTo(Command command)
    {
        command.Add(_teacher);
        foreach (Option option in OfFile) command.Add(option);
    }

    public bool IsGiven(System.CommandLine.ParseResult parsed) => parsed.GetValue(_teacher) is { Length: > 0 };

    /// <summary>Refuses options of a teacher's file where none is given.</summary>
    /// <exception cref="CommandException">One is given.</exception>
    public void RefuseIdle(System.CommandLine.ParseResult parsed)
    {
        if (IsGiven(parsed) || OfFile.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is not { } idle) return;
        throw new CommandException(ExitCode.WrongCommand, $"{idle.Name} is for {_teacher.Name}, and none is given");
    }

    /// <summary>The files that are read.</summary>
    public IEnumerable<string> Files(System.CommandLine.ParseResult parsed) => parsed.GetValue(_teacher) ?? [];

    /// <summary>The teacher's logits for each face; of several teachers, their mean.</summary>
    public ImmutableArray<float[]> Logits(
        System.CommandLine.ParseResult parsed, FaceDataSet data, Terminal terminal, CancellationToken cancellationToken) =>
        TeacherLogits.Mean([.. parsed.GetValue(_teacher)!.Select(path => Logits(parsed, path, data, terminal, cancellationToken))]);

    private ImmutableArray<float[]> Logits(
        System.CommandLine.ParseResult parsed, string path, FaceDataSet data, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            using OnnxTeacher teacher = new(path, new TeacherOptions
            {
                InputSize = parsed.GetValue(_size),
                PixelScale = (float?)parsed.GetValue(_scale),
                PixelOffset = (float?)parsed.GetValue(_offset),
                Labels = parsed.GetValue(_labels)?.Split(',', StringSplitOptions.TrimEntries).ToImmutableArray(),
                Mirror = parsed.GetValue(_mirror),
                MaxOperations = parsed.GetValue(_maxOperations),
            });
            ImmutableArray<string> lacks = teacher.Lacks(data);
            if (!lacks.IsEmpty && data.Labels.Length - lacks.Length >= 2)
            {
                terminal.Say(
                    $"{path}: the teacher does not know {string.Join(", ", lacks)}; these get the lowest logit it gives each face");
            }
            return teacher.Logits(data, cancellationToken);
        }
        catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.WrongCommand, Message.Of(e, path));
        }
    }
}
