using System.Diagnostics;
using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Tests;

public sealed class TrainTests : IDisposable
{
    private static readonly string[] Classes = ["angry", "happy", "sad"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_of_faces_becomes_a_model_that_tells_them()
    {
        string faces = FaceFolder.Create(_folder, "faces", 30, Classes);
        Mexp run = await Train(faces, "m.onnx", "--epochs", "14");
        Assert.All(run.ErrorLines, line => Assert.EndsWith("a class without faces", line, StringComparison.Ordinal));
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("90 faces, a folder for each class", run.Output, StringComparison.Ordinal);
        Assert.Contains("14/14", run.Output, StringComparison.Ordinal);
        Assert.Equal(["m.csv", "m.onnx", "m.png"], _folder.Files.Where(file => !file.StartsWith("faces", StringComparison.Ordinal)));
        Assert.Equal(15, File.ReadAllLines(_folder["m.csv"]).Length);
        JsonElement json = (await Mexp.RunAsync("evaluate", "--model", _folder["m.onnx"], "--data", faces, "--format", "json")).Json;
        Assert.True(json.GetProperty("accuracy").GetDouble() > 0.9, json.ToString());
        Assert.Equal(90, json.GetProperty("samples").GetInt32());
        Assert.Equal(8, json.GetProperty("perClass").GetArrayLength());
        Assert.Equal(8, json.GetProperty("confusion")[0].GetArrayLength());
        foreach (string key in new[] { "meanRecall", "macroF1", "expectedCalibrationError" }) Assert.InRange(json.GetProperty(key).GetDouble(), 0, 1);
        Assert.Equal(["natural", "uniform"], json.GetProperty("priors").EnumerateObject().Select(prior => prior.Name));
    }

    [Fact]
    public async Task Broken_files_get_a_line_each_and_the_rest_is_trained_on()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        for (int i = 0; i < 13; i++) _folder.Write($"faces/happy/broken{i:00}.png", [1, 2, 3]);
        _folder.Write("faces/puzzled/a.png", FaceFolder.Draw(new Random(1), 1));
        _folder.Write("faces/happy/notes.txt", "not a picture"u8.ToArray());
        Mexp run = await Train(faces, "m.onnx", "--epochs", "1");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("36 faces", run.Output, StringComparison.Ordinal);
        Assert.Contains("faces/puzzled/a.png: unknown label 'puzzled'".Replace("faces/", "", StringComparison.Ordinal), run.Error, StringComparison.Ordinal);
        Assert.Contains("happy/broken00.png: no picture, or a broken one", run.Error, StringComparison.Ordinal);
        Assert.Contains("more like these", run.Error, StringComparison.Ordinal);
        Assert.Equal(11, run.ErrorLines.Length); // ten, and how many more
        Assert.Contains("left out: 13, no picture, or a broken one", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "there is no such folder or file")]
    [InlineData("empty", "no data set found")]
    public async Task Data_that_is_none_is_told_in_a_line(string name, string message)
    {
        Directory.CreateDirectory(_folder["empty/x"]);
        Mexp run = await Train(Path.Combine(_folder.Path, name), "m.onnx");
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["m.onnx"]));
    }

    [Fact]
    public async Task A_label_file_names_pictures_and_missing_ones_are_told()
    {
        FaceFolder.Create(_folder, "faces", 6, Classes);
        string[] lines = [.. Directory.GetFiles(_folder["faces"], "*.png", SearchOption.AllDirectories).Order().Select(file => $"{Path.GetRelativePath(_folder.Path, file)} {Path.GetFileName(Path.GetDirectoryName(file))}")];
        await File.WriteAllLinesAsync(_folder["labels.txt"], [.. lines, "faces/sad/gone.png sad", "nonsense"], TestContext.Current.CancellationToken);
        Mexp run = await Train(_folder["labels.txt"], "m.onnx", "--epochs", "1");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("18 faces, label file", run.Output, StringComparison.Ordinal);
        Assert.Contains("faces/sad/gone.png: there is no such file", run.Error, StringComparison.Ordinal);
        Assert.Contains("line 20: expected 'path label'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_teacher_is_asked_once_or_on_the_way_to_the_same_bytes()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        Mexp teach = await Mexp.RunAsync("teach", "--teacher", TestModel.Path, "--data", faces, "-o", _folder["logits.csv"]);
        Assert.Equal(ExitCode.Success, teach.ExitCode);
        Assert.Equal(37, File.ReadAllLines(_folder["logits.csv"]).Length);
        Assert.Equal(ExitCode.Success, (await Train(faces, "a.onnx", "--epochs", "2", "--teacher-logits", _folder["logits.csv"])).ExitCode);
        Assert.Equal(ExitCode.Success, (await Train(faces, "b.onnx", "--epochs", "2", "--teacher", TestModel.Path)).ExitCode);
        await Train(faces, "c.onnx", "--epochs", "2");
        Assert.Equal(await Bytes("a.onnx"), await Bytes("b.onnx"));
        Assert.NotEqual(await Bytes("a.onnx"), await Bytes("c.onnx"));
    }

    [Fact]
    public async Task A_killed_run_gone_on_ends_with_the_same_bytes()
    {
        string faces = FaceFolder.Create(_folder, "faces", 40, Classes);
        string[] arguments = ["train", "--data", faces, "--holdout", "0.2", "--input-size", "36x36", "--learning-rate", "1e-3", "--epochs", "150", "--checkpoint-minutes", "0.0005", "-o"];
        using (Process whole = MexpProcess.Start([.. arguments, _folder["whole.onnx"]])) await whole.WaitForExitAsync(TestContext.Current.CancellationToken);
        for (int kills = 0; kills < 3; kills++)
        {
            using Process run = MexpProcess.Start([.. arguments, _folder["killed.onnx"]]);
            while (!File.Exists(_folder["killed.onnx.checkpoint"]) && !run.HasExited) await Task.Delay(10, TestContext.Current.CancellationToken);
            await Task.Delay(60 * (kills + 1), TestContext.Current.CancellationToken);
            run.Kill();
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using (Process last = MexpProcess.Start([.. arguments, _folder["killed.onnx"]])) await last.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(await Bytes("whole.onnx"), await Bytes("killed.onnx"));
        Assert.False(File.Exists(_folder["killed.onnx.checkpoint"]));
    }

    [Fact]
    public async Task A_model_goes_on_with_other_classes()
    {
        await Train(FaceFolder.Create(_folder, "faces", 12, Classes), "first.onnx", "--epochs", "2");
        string own = FaceFolder.Create(_folder, "own", 12, "calm", "tense");
        Mexp run = await Mexp.RunAsync("train", "--data", own, "--init", _folder["first.onnx"], "--freeze", "--epochs", "2", "-o", _folder["own.onnx"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Model first = Model.Load(_folder["first.onnx"]), second = Model.Load(_folder["own.onnx"]);
        Assert.Equal(["calm", "tense"], second.Architecture.Labels);
        Assert.Equal(first.Parameters[0]!.Weights, second.Parameters[0]!.Weights);
        Assert.IsType<Convolution>(second.Architecture.Layers[0]);
    }

    [Fact]
    public async Task Folds_are_cross_validated_with_every_face_once()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        Mexp run = await Mexp.RunAsync("crossvalidate", "--data", faces, "--folds", "3", "--epochs", "1", "--input-size", "36x36", "-o", _folder["folds.csv"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        string[][] rows = [.. File.ReadAllLines(_folder["folds.csv"]).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(36, int.Parse(row[1]) + int.Parse(row[2])));
        Assert.Equal(36, rows.Sum(row => int.Parse(row[2])));
        Assert.Contains("±", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sweep_fills_its_table_and_goes_on_from_it()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        await Mexp.RunAsync("teach", "--teacher", TestModel.Path, "--data", faces, "-o", _folder["logits.csv"]);
        string[] arguments = ["sweep", "--data", faces, "--holdout", "0.25", "--teacher-logits", _folder["logits.csv"], "--temperatures", "2,8", "--epochs", "1", "-o", _folder["sweep.csv"]];
        Mexp run = await Mexp.RunAsync(arguments);
        Assert.All(run.ErrorLines, line => Assert.EndsWith("a class without faces", line, StringComparison.Ordinal));
        Assert.Equal(ExitCode.Success, run.ExitCode);
        string[] table = await File.ReadAllLinesAsync(_folder["sweep.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(2 + 3, table.Length);
        Assert.True(File.Exists(_folder["sweep-temperature.png"]) && File.Exists(_folder["sweep-size.png"]));
        await File.WriteAllLinesAsync(_folder["sweep.csv"], table[..^1], TestContext.Current.CancellationToken);
        Assert.Contains("3 trainings, 2 of them done before", (await Mexp.RunAsync(arguments)).Output, StringComparison.Ordinal);
        Assert.Equal(table, await File.ReadAllLinesAsync(_folder["sweep.csv"], TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.WrongCommand, (await Mexp.RunAsync([.. arguments, "--batch-size", "7"])).ExitCode);
    }

    [Fact]
    public async Task A_contact_sheet_is_drawn()
    {
        string faces = FaceFolder.Create(_folder, "faces", 4, Classes);
        Mexp run = await Mexp.RunAsync("augment", "--data", faces, "--preview", _folder["sheet.png"], "--mixup", "0.2");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.True(new FileInfo(_folder["sheet.png"]).Length > 1000);
    }

    private Task<Mexp> Train(string data, string output, params string[] more) =>
        Mexp.RunAsync(["train", "--data", data, "--holdout", "0.2", "--input-size", "36x36", "--learning-rate", "3e-3", "--batch-size", "16", "-o", _folder[output], .. more]);

    private Task<byte[]> Bytes(string name) => File.ReadAllBytesAsync(_folder[name], TestContext.Current.CancellationToken);
}
