using System.Diagnostics;
using MicroExpNet.Architectures;
using MicroExpNet.Models.Onnx;

namespace MicroExpNet.Cli.Tests;

/// <summary>Teachers' files of strangers.</summary>
public sealed class TeacherFileTests : IDisposable
{
    private const string Escapes = "\u001b[31m\u001b]0;title\u0007";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("teach", "l.csv")]
    [InlineData("train", "m.onnx", "--epochs", "1", "--input-size", "36x36")]
    public async Task Names_with_escape_codes_do_not_reach_the_terminal(string command, string output, params string[] more)
    {
        string teacher = _folder.Write("teacher.onnx", [.. await File.ReadAllBytesAsync(TestModel.Path), .. UnusedInitializer()]);
        string faces = FaceFolder.Create(_folder, "faces", 3, "angry", "happy");
        (int exitCode, string text) = await RunAsync([command, "--teacher", teacher, "--data", faces, "-o", _folder[output], .. more]);
        Assert.Equal(ExitCode.Success, exitCode);
        Assert.DoesNotContain(text, letter => char.IsControl(letter) && letter is not ('\n' or '\r'));
        Assert.DoesNotContain("initializer", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_that_is_told_in_a_files_own_words_is_one_line_without_control_characters()
    {
        string teacher = _folder.Write("teacher.onnx", [.. await File.ReadAllBytesAsync(TestModel.Path), .. UnknownNode()]);
        string faces = FaceFolder.Create(_folder, "faces", 3, "angry", "happy");
        (int exitCode, string text) = await RunAsync(["teach", "--teacher", teacher, "--data", faces, "-o", _folder["l.csv"]]);
        Assert.Equal(ExitCode.WrongCommand, exitCode);
        string line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Contains("ONNX Runtime can't load it", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, char.IsControl);
    }

    [Theory]
    [InlineData("teach", "l.csv")]
    [InlineData("train", "m.onnx")]
    public async Task A_teacher_that_takes_too_many_operations_is_refused(string command, string output)
    {
        Architecture slow = new ArchitectureBuilder("slow", new TensorShape(1024, 1024, 1)).MaxPool("pool", 512, 1)
            .GlobalAveragePool("mean").Flatten("flat").FullyConnected("out", 2).Build(["angry", "happy"]);
        string teacher = _folder["slow.onnx"], faces = FaceFolder.Create(_folder, "faces", 3, "angry", "happy");
        TestModel.Create(slow).Save(teacher);
        Mexp run = await Mexp.RunAsync(command, "--teacher", teacher, "--data", faces, "-o", _folder[output]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal(
            $"mexp: teacher {teacher}: model 'slow' takes 2.7e+11 operations for one image, most of them in layer 'pool'; at most "
            + "1.0e+11 are allowed (MaxOperations, --max-operations)",
            run.ErrorLines[^1]);
        Assert.False(File.Exists(_folder[output]));
    }

    [Fact]
    public async Task How_many_operations_a_teacher_may_take_can_be_set()
    {
        string faces = FaceFolder.Create(_folder, "faces", 3, "angry", "happy");
        string[] teach = ["teach", "--teacher", TestModel.Path, "--data", faces, "-o", _folder["l.csv"], "--max-operations"];
        Mexp refused = await Mexp.RunAsync([.. teach, "1000"]), allowed = await Mexp.RunAsync([.. teach, "1000000000"]);
        Assert.Equal((ExitCode.WrongCommand, ExitCode.Success), (refused.ExitCode, allowed.ExitCode));
        Assert.Contains("at most 1.0e+3 are allowed", refused.ErrorLines[^1], StringComparison.Ordinal);
    }

    // Two messages one after the other are one with the fields of both.
    private static byte[] UnusedInitializer() => Model(graph => graph.Write(OnnxFields.GraphInitializer, tensor =>
    {
        tensor.Write(OnnxFields.TensorDimensions, 1);
        tensor.Write(OnnxFields.TensorDataType, 1);
        tensor.Write(OnnxFields.TensorName, Escapes);
        tensor.Write(OnnxFields.TensorRawData, stackalloc float[] { 0 });
    }));

    private static byte[] UnknownNode() => Model(graph => graph.Write(OnnxFields.GraphNode, node =>
    {
        node.Write(OnnxFields.NodeInput, "image");
        node.Write(OnnxFields.NodeOutput, "other");
        node.Write(OnnxFields.NodeOperator, Escapes);
    }));

    private static byte[] Model(Action<OnnxMessage> graph)
    {
        using OnnxMessage model = new();
        model.Write(OnnxFields.ModelGraph, graph);
        return model.ToArray();
    }

    // ONNX Runtime writes to the process's own standard error.
    private static async Task<(int ExitCode, string Text)> RunAsync(string[] arguments)
    {
        using Process run = MexpProcess.Start(arguments);
        Task<string> output = run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (run.ExitCode, error + await output);
    }
}
