using System.IO.Compression;
using MicroExpNet.Training.Tests.Keras;
using Microsoft.ML.OnnxRuntime;

namespace MicroExpNet.Cli.Tests;

public sealed class KerasImportTests : IDisposable
{
    private static readonly string[] Classes = ["neutral", "happy", "sad"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_teacher_of_Keras_teaches_a_MicroExpNet()
    {
        // The faces are squares whose place is the class, and the teacher finds them. The student sees wrong labels, and learns from
        // the teacher alone.
        KerasTestFile.WriteModel(_folder["teacher.h5"], Teacher());
        Random random = new(4);
        for (int i = 0; i < 60; i++) _folder.Write($"right/{Classes[i % 3]}/{i:00}.png", FaceFolder.Draw(random, i % 3));
        string right = Path.Combine(_folder.Path, "right");
        string wrong = FaceFolder.Create(_folder, "wrong", 40, ["happy", "sad", "neutral"]);
        Mexp import = await Mexp.RunAsync(
            "import", _folder["teacher.h5"], "-o", _folder["teacher.onnx"], "--labels", string.Join(',', Classes));
        Assert.Equal("", import.Error);
        Mexp teach = await Mexp.RunAsync("teach", "--teacher", _folder["teacher.onnx"], "--data", wrong, "-o", _folder["logits.csv"]);
        Assert.Contains("120 faces; the teacher agrees with 0.0% of the labels", teach.Output + teach.Error, StringComparison.Ordinal);
        Mexp train = await Mexp.RunAsync(
            "train", "--data", wrong, "--validation", right, "--input-size", "36x36", "--learning-rate", "3e-3",
                "--batch-size", "16",
            "--epochs", "12", "--augment", "none", "--teacher-logits", _folder["logits.csv"], "--lambda", "1", "--temperature", "2", "-o",
            _folder["student.onnx"]);
        Assert.True(train.ExitCode == ExitCode.Success, train.Error);

        Mexp evaluate = await Mexp.RunAsync("evaluate", "--model", _folder["student.onnx"], "--data", right, "--format", "json");
        Assert.InRange(evaluate.Json.GetProperty("accuracy").GetDouble(), 0.9, 1);
    }

    [Fact]
    public async Task The_file_says_how_the_teacher_reads_faces()
    {
        KerasTestModel teacher = Teacher();
        KerasTestFile.WriteWeights(_folder["weights.h5"], teacher, 64);
        await File.WriteAllTextAsync(_folder["model.json"], teacher.ToJson().ToJsonString(), TestContext.Current.CancellationToken);
        Mexp run = await Mexp.RunAsync("import", _folder["weights.h5"], "--json", _folder["model.json"], "-o", _folder["t.onnx"]);
        Assert.Equal("", run.Error);
        Assert.Matches("input +30×30×3", run.Output);
        Assert.Matches("labels +not known; give --labels", run.Output);
        Assert.Matches("pixels +0 to 255, × 0.007843138 \\+ -1", run.Output);
        Assert.Equal(
            new Dictionary<string, string> { ["pixel_scale"] = "0.007843138", ["pixel_offset"] = "-1" }, Metadata(_folder["t.onnx"]));

        run = await Mexp.RunAsync(
            "import", _folder["weights.h5"], "--json", _folder["model.json"], "-o", _folder["t.onnx"], "--labels", "a, b,c", "--scale",
            "0.5", "--name", "net", "--license", "MIT");
        Assert.Equal("", run.Error);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["architecture"] = "net",
                ["license"] = "MIT",
                ["labels"] = """["a","b","c"]""",
                ["pixel_scale"] = "0.5",
                ["pixel_offset"] = "-1",
            },
            Metadata(_folder["t.onnx"]));
    }

    [Fact]
    public async Task A_wrong_command_or_file_is_a_line_and_writes_nothing()
    {
        KerasTestModel teacher = Teacher();
        KerasTestFile.WriteModel(_folder["teacher.h5"], teacher);
        KerasTestFile.WriteWeights(_folder["weights.h5"], teacher);
        _folder.Write("cut.h5", (await File.ReadAllBytesAsync(_folder["teacher.h5"], TestContext.Current.CancellationToken))[..2000]);
        _folder.Write("half.json", """{"class_name": "\ud800"}"""u8.ToArray());
        _folder.Write("text.h5", "none"u8.ToArray());
        using (ZipArchive archive = new(File.Create(_folder["new.keras"]), ZipArchiveMode.Create)) archive.CreateEntry("config.json");
        foreach ((string line, int code, string message) in new[]
        {
            ("teacher.h5 --architecture p2", ExitCode.WrongCommand, "--architecture is not for Keras models"),
            ("teacher.h5 --mirror-mean", ExitCode.WrongCommand, "--mirror-mean is not for Keras models"),
            ("teacher.h5 --labels a,b", ExitCode.WrongCommand, "--labels gives 2 names for 3 outputs"),
            ("teacher.h5 --labels a,b,b", ExitCode.WrongCommand, "empty or given twice"),
            ("teacher.h5 --json gone.json", ExitCode.InputFailed, "gone.json: no such file"),
            ("teacher.h5 --input-size 40x40", ExitCode.InputFailed, "--input-size 40x40 does not fit the model, which reads 30x30"),
            ("weights.h5 --json half.json", ExitCode.InputFailed, "the model's description is no JSON"),
            ("weights.h5", ExitCode.InputFailed, "it holds weights alone; give the model's description"),
            ("cut.h5", ExitCode.InputFailed, "cut short: 2000 of"),
            ("text.h5", ExitCode.InputFailed, "no HDF5 file, though it is called so"),
            ("new.keras", ExitCode.InputFailed, "an archive of Keras 3; save the model as HDF5"),
            (TestModel.Path + " --json gone.json", ExitCode.WrongCommand, "--json is for Keras models"),
        })
        {
            string[] arguments = [
                .. line.Split(' ').Select(word => word.Contains('.', StringComparison.Ordinal) ? Path.Combine(_folder.Path, word) : word)];
            Mexp run = await Mexp.RunAsync(["import", .. arguments, "-o", _folder["out.onnx"]]);
            Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
            Assert.Equal(code, run.ExitCode);
            Assert.False(File.Exists(_folder["out.onnx"]));
        }

        string faces = FaceFolder.Create(_folder, "faces", 2, Classes);
        Mexp teach = await Mexp.RunAsync("teach", "--teacher", _folder["teacher.h5"], "--data", faces, "-o", _folder["logits.csv"]);
        Assert.Contains("a Keras model; turn it into ONNX first", teach.ErrorLines[^1], StringComparison.Ordinal);
    }

    // The means of nine squares; the first three are the classes.
    private static KerasTestModel Teacher()
    {
        KerasTestModel model = new(new Random(1), [30, 30, 3]) { Name = "inception_v3" };
        string x = model.Pool(model.Input, "Average", 10, 10, "valid");
        model.Connect(model.Add("Flatten", [x], [], [27]), 3, "softmax");
        float[] kernel = model.Layers[^1]["kernel"];
        for (int i = 0; i < kernel.Length; i++) kernel[i] = i / 9 == i % 3 ? 2 : 0;
        return model;
    }

    private static Dictionary<string, string> Metadata(string path)
    {
        using InferenceSession session = new(path);
        return session.ModelMetadata.CustomMetadataMap;
    }
}
