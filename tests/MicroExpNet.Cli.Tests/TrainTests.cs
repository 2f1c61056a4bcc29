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
        Assert.EndsWith(
            "5 classes without faces: neutral, contempt, disgust, fear, surprise", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("90 faces, a folder for each class", run.Output, StringComparison.Ordinal);
        Assert.Contains("14/14", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            ["m.csv", "m.onnx", "m.onnx.checkpoint", "m.png"],
            _folder.Files.Where(file => !file.StartsWith("faces", StringComparison.Ordinal)));
        Assert.Equal(15, File.ReadAllLines(_folder["m.csv"]).Length);
        JsonElement json = (await Mexp.RunAsync("evaluate", "--model", _folder["m.onnx"], "--data", faces, "--format", "json")).Json;
        Assert.True(json.GetProperty("accuracy").GetDouble() > 0.9, json.ToString());
        Assert.Equal(90, json.GetProperty("samples").GetInt32());
        Assert.Equal(8, json.GetProperty("perClass").GetArrayLength());
        Assert.Equal(8, json.GetProperty("confusion")[0].GetArrayLength());
        foreach (string key in new[] { "meanRecall", "macroF1", "expectedCalibrationError" })
        {
            Assert.InRange(json.GetProperty(key).GetDouble(), 0, 1);
        }
        Assert.Equal(["natural", "root", "uniform"], json.GetProperty("priors").EnumerateObject().Select(prior => prior.Name));
    }

    [Fact]
    public async Task Broken_files_get_a_line_each_and_the_rest_is_trained_on()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        for (int i = 0; i < 13; i++) _folder.Write($"faces/happy/broken{i:00}.png", [1, 2, 3]);
        _folder.Write("faces/puzzled/a.png", FaceFolder.Draw(new Random(1), 1));
        _folder.Write("faces/happy/notes.txt", "not a picture"u8.ToArray());
        Mexp refused = await Train(faces, "m.onnx", "--epochs", "1");
        Assert.Equal(ExitCode.InputFailed, refused.ExitCode);
        Assert.Contains("'puzzled' (1) is no expression", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Mexp run = await Train(faces, "m.onnx", "--epochs", "1", "--ignore-label", "puzzled");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("36 faces", run.Output, StringComparison.Ordinal);
        Assert.Contains("happy/broken00.png: not a picture", run.Error, StringComparison.Ordinal);
        Assert.Contains("more like these", run.Error, StringComparison.Ordinal);
        Assert.Equal(12, run.ErrorLines.Length); // the classes without faces, ten, and how many more
        Assert.Contains("left out: 13, not a picture", run.Output, StringComparison.Ordinal);
        Assert.Contains("left out: 1, its label 'puzzled' is ignored", run.Output, StringComparison.Ordinal);

        // Sets beside it need not have that label.
        string others = FaceFolder.Create(_folder, "others", 3, Classes);
        run = await Mexp.RunAsync(
            "train", "--data", faces, "--validation", others, "--ignore-label", "puzzled", "--allow-duplicates", "--epochs", "1",
            "--input-size", "36x36", "-o", _folder["n.onnx"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("on 9 validation faces", run.Output, StringComparison.Ordinal);
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
        string[] lines = [
            .. Directory.GetFiles(_folder["faces"], "*.png", SearchOption.AllDirectories).Order()
            .Select(file => $"{Path.GetRelativePath(_folder.Path, file)} {Path.GetFileName(Path.GetDirectoryName(file))}")];
        await File.WriteAllLinesAsync(
            _folder["labels.txt"], [.. lines, "faces/sad/gone.png sad", "nonsense"], TestContext.Current.CancellationToken);
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
    public async Task A_teachers_logits_for_two_tables_of_pixels_fit_the_training()
    {
        string pixels = string.Join(' ', Enumerable.Range(0, 48 * 48).Select(i => i % 251));
        foreach (string name in new[] { "a.csv", "b.csv" })
        {
            _folder.Write(name, System.Text.Encoding.UTF8.GetBytes($"label,pixels\nhappy,{pixels}\nsad,{pixels}\n"));
        }

        string[] data = ["--data", _folder["a.csv"], "--more", _folder["b.csv"]];
        Mexp teach = await Mexp.RunAsync(["teach", "--teacher", TestModel.Path, "-o", _folder["l.csv"], .. data]);
        Assert.Equal(ExitCode.Success, teach.ExitCode);
        Mexp train = await Mexp.RunAsync(
            ["train", "--teacher-logits", _folder["l.csv"], "--epochs", "1", "--input-size", "36x36", "-o", _folder["m.onnx"], .. data]);
        Assert.Equal(ExitCode.Success, train.ExitCode);
        Assert.Contains("4 faces", train.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_run_gone_on_ends_with_the_same_bytes()
    {
        string faces = FaceFolder.Create(_folder, "faces", 40, Classes);
        string[] arguments = [
            "train", "--data", faces, "--holdout", "0.2", "--input-size", "36x36", "--learning-rate", "1e-3", "--epochs", "150",
            "--checkpoint-minutes", "0.0005", "-o"];
        using (Process whole = MexpProcess.Start([.. arguments, _folder["whole.onnx"]]))
        {
            await whole.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        for (int kills = 0; kills < 3; kills++)
        {
            using Process run = MexpProcess.Start([.. arguments, _folder["killed.onnx"]]);
            while (!File.Exists(_folder["killed.onnx.checkpoint"]) && !run.HasExited)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
            await Task.Delay(60 * (kills + 1), TestContext.Current.CancellationToken);
            run.Kill();
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using (Process last = MexpProcess.Start([.. arguments, _folder["killed.onnx"]]))
        {
            await last.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(await Bytes("whole.onnx"), await Bytes("killed.onnx"));
        Assert.Equal(["killed.onnx.checkpoint"], _folder.Files.Where(file => file.StartsWith("killed.onnx.", StringComparison.Ordinal)));
        Assert.DoesNotContain(_folder.Files, file => file.EndsWith(".mexp-tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_finished_run_goes_on_to_more_epochs_and_says_what_that_means()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        await Train(faces, "whole.onnx", "--epochs", "4");
        await Train(faces, "m.onnx", "--epochs", "2");
        byte[] two = await Bytes("m.onnx");
        Mexp again = await Train(faces, "m.onnx", "--epochs", "2");
        Assert.Contains("all 2 epochs are done; the model is written again", again.Output, StringComparison.Ordinal);
        Assert.Equal(two, await Bytes("m.onnx"));
        Mexp more = await Train(faces, "m.onnx", "--epochs", "4");
        Assert.Equal(ExitCode.Success, more.ExitCode);
        Assert.Contains("2 of 4 epochs are done", more.Output, StringComparison.Ordinal);
        Assert.Contains(
            "planned for 2 epochs; with the schedule constant it ends as one of 4 epochs would", more.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" 1/4 ", more.Output, StringComparison.Ordinal);
        Assert.Equal(await Bytes("whole.onnx"), await Bytes("m.onnx"));
        Mexp fewer = await Train(faces, "m.onnx", "--epochs", "3");
        Assert.Equal(ExitCode.WrongCommand, fewer.ExitCode);
        Assert.Contains("has done 4 epochs already", fewer.ErrorLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("written again", fewer.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("planned for", fewer.Output, StringComparison.Ordinal);

        // Other settings: the model was going to be replaced, and so is the state.
        Mexp other = await Train(faces, "m.onnx", "--epochs", "2", "--schedule", "one-cycle");
        Assert.Equal(ExitCode.Success, other.ExitCode);
        Assert.Contains(
            "(schedule constant there, one cycle here); that run is finished, so this one begins anew",
            other.Output, StringComparison.Ordinal);
        Mexp longer = await Train(faces, "m.onnx", "--epochs", "3", "--schedule", "one-cycle");
        Assert.Equal(ExitCode.Success, longer.ExitCode);
        Assert.Contains(
            "the schedule one-cycle now spans 3, so the learning rate goes from 0 to ", longer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_run_gives_its_model_and_refuses_other_settings_by_name()
    {
        string faces = FaceFolder.Create(_folder, "faces", 40, Classes);
        string[] arguments = [
            "train", "--data", faces, "--holdout", "0.2", "--input-size", "36x36", "--epochs", "1000", "--checkpoint-minutes", "0.0005",
            "-o", _folder["m.onnx"]];
        using (Process run = MexpProcess.Start(arguments))
        {
            while (!File.Exists(_folder["m.onnx.checkpoint"]) && !run.HasExited)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
            run.Kill();
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Mexp export = await Mexp.RunAsync(
            "train", "--export", _folder["m.onnx.checkpoint"], "-o", _folder["so-far.onnx"], "--license", "MIT");
        Assert.Equal(ExitCode.Success, export.ExitCode);
        Assert.Empty(export.Error);
        Assert.Equal("MIT", Model.Load(_folder["so-far.onnx"]).Card.License);
        Mexp other = await Mexp.RunAsync([.. arguments, "--learning-rate", "0.5"]);
        Assert.Equal(ExitCode.WrongCommand, other.ExitCode);
        Assert.Contains("other settings or data (learning rate 0.0001 there, 0.5 here)", other.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains("--restart", other.ErrorLines[^1], StringComparison.Ordinal);
        foreach (string wrong in new[] { "gone", "faces", "so-far.onnx" })
        {
            Mexp run = await Mexp.RunAsync("train", "--export", _folder[wrong], "-o", _folder["no.onnx"]);
            Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
            Assert.Contains(_folder[wrong], Assert.Single(run.ErrorLines), StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["no.onnx"]));
            if (wrong != "so-far.onnx") continue;
            Assert.Equal(
                $"mexp: {_folder[wrong]}: not a training checkpoint, or a damaged one; expected the file in which a run keeps its state",
                run.ErrorLines[0]);
        }

        Assert.Contains(
            "'--data' is required", (await Mexp.RunAsync("train", "-o", _folder["no.onnx"])).ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_state_of_a_finished_run_stays_where_another_cannot_begin()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes), state = _folder["m.onnx.checkpoint"];
        await Train(faces, "m.onnx", "--epochs", "1");
        byte[] finished = await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken);

        string[] other = ["train", "--data", faces, "--epochs", "1", "--input-size", "4000x4000", "-o", _folder["m.onnx"]];
        foreach (string[] arguments in new[] { other, [.. other, "--restart"] })
        {
            Mexp run = await Mexp.RunAsync(arguments);
            Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
            Assert.Contains("can't be trained: it needs more than", run.Error, StringComparison.Ordinal);
            Assert.Equal(finished, await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken));
        }

        // One that can replaces it.
        await Train(faces, "m.onnx", "--epochs", "1", "--seed", "8");
        Assert.NotEqual(finished, await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_model_is_written_though_its_last_state_can_not_be()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        Directory.CreateDirectory(_folder["m.onnx.checkpoint"]);
        Mexp run = await Mexp.RunAsync("train", "--data", faces, "--epochs", "1", "-o", _folder["m.onnx"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains($"cannot write {_folder["m.onnx.checkpoint"]}: ", run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Equal(8, Model.Load(_folder["m.onnx"]).Architecture.Labels.Length);
    }

    [Fact]
    public async Task A_model_goes_on_with_other_classes()
    {
        await Train(FaceFolder.Create(_folder, "faces", 12, Classes), "first.onnx", "--epochs", "2");
        string own = FaceFolder.Create(_folder, "own", 12, "relaxed", "tense");
        Mexp run = await Mexp.RunAsync(
            "train", "--data", own, "--init", _folder["first.onnx"], "--freeze", "--epochs", "2", "-o", _folder["own.onnx"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Model first = Model.Load(_folder["first.onnx"]), second = Model.Load(_folder["own.onnx"]);
        Assert.Equal(["relaxed", "tense"], second.Architecture.Labels);
        Assert.Equal(first.Parameters[0]!.Weights, second.Parameters[0]!.Weights);
        Assert.IsType<Convolution>(second.Architecture.Layers[0]);
        Assert.Equal("on from first.onnx", second.Card.Source);
        Assert.Equal($"a folder for each class, 24 faces; before that: {first.Card.TrainingData}", second.Card.TrainingData);
    }

    [Fact]
    public async Task Folds_are_cross_validated_with_every_face_once()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        Mexp run = await Mexp.RunAsync(
            "crossvalidate", "--data", faces, "--folds", "3", "--epochs", "1", "--input-size", "36x36", "-o", _folder["folds.csv"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        string[][] rows = [.. File.ReadAllLines(_folder["folds.csv"]).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(36, int.Parse(row[1]) + int.Parse(row[2])));
        Assert.Equal(36, rows.Sum(row => int.Parse(row[2])));
        Assert.Contains("±", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folds_with_the_same_picture_stop_the_cross_validation_unless_they_are_allowed()
    {
        Random random = new(9);
        for (int i = 0; i < 8; i++) _folder.Write($"faces/fold{(i / 4) + 1}/{Classes[i % 2]}/{i}.png", FaceFolder.Draw(random, i % 2));
        byte[] twice = await File.ReadAllBytesAsync(_folder["faces/fold1/angry/0.png"], TestContext.Current.CancellationToken);
        _folder.Write("faces/fold1/angry/again.png", twice);
        string[] arguments = ["crossvalidate", "--data", _folder["faces"], "--epochs", "1", "--input-size", "36x36"];
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync(arguments)).ExitCode);

        _folder.Write("faces/fold2/angry/again.png", twice);
        Mexp run = await Mexp.RunAsync(arguments);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains(
            "fold2/angry/again.png: the same picture as fold1/angry/0.png, which is in another fold\n", run.Error,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "1 faces are in another fold, too (equal pixels, or mirrored); remove them from one side, or go on with --allow-duplicates",
            run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("accuracy", run.Output, StringComparison.Ordinal);
        Mexp allowed = await Mexp.RunAsync([.. arguments, "--allow-duplicates"]);
        Assert.Equal(ExitCode.Success, allowed.ExitCode);
        Assert.Contains("in another fold, too", allowed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{class}/{person}_a.png", "^[^_]+")]
    [InlineData("{class}/a.{person}.png", "([^.]+)[.]png$")]
    [InlineData("{person}/{class}/a.png", "^[^/]+/")]
    [InlineData("{class}/{person}_a.png", "/([^_/]+)_")]
    public async Task A_person_in_two_classes_is_one(string layout, string pattern)
    {
        Random random = new(7);
        for (int person = 1; person <= 4; person++)
        {
            for (int label = 0; label < 2; label++)
            {
                string file = layout.Replace("{class}", Classes[label]).Replace("{person}", $"p0{person}");
                _folder.Write($"faces/{file}", FaceFolder.Draw(random, label));
            }
        }

        string[] arguments = [
            "crossvalidate", "--data", _folder["faces"], "--subject", pattern, "--epochs", "1", "--input-size", "36x36", "--folds"];
        Mexp run = await Mexp.RunAsync([.. arguments, "2"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("4 subjects", run.Output, StringComparison.Ordinal);
        Mexp many = await Mexp.RunAsync([.. arguments, "5"]);
        Assert.Equal(ExitCode.InputFailed, many.ExitCode);
        Assert.Contains("4 subjects are too few for 5 folds", many.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_finds_no_person_is_told_with_the_face_and_the_rule()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, Classes);
        string[] arguments = ["crossvalidate", "--data", faces, "--epochs", "1", "--subject"];
        Mexp run = await Mexp.RunAsync([.. arguments, "^happy"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.EndsWith(
            "--subject '^happy': no subject found in angry/00.png; only a pattern with a '/' sees the folders", run.ErrorLines[^1],
            StringComparison.Ordinal);
        Assert.EndsWith(
            "--subject '^happy/': no subject found in angry/00.png", (await Mexp.RunAsync([.. arguments, "^happy/"])).ErrorLines[^1],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give --init", "--freeze")]
    [InlineData("give one of --teacher and --teacher-logits", "--teacher", "t.onnx", "--teacher-logits", "l.csv")]
    [InlineData("--architecture: the network is that of --init", "--init", "m.onnx", "--architecture", "v")]
    [InlineData("--squeeze is for the paper's candidates", "--squeeze", "4")]
    [InlineData("--lambda says how to learn from a teacher; give", "--lambda", "0.5")]
    [InlineData("--temperature says how to learn from a teacher; give", "--temperature", "4")]
    [InlineData("--scale-by-temperature says how to learn from a teacher; give", "--scale-by-temperature")]
    [InlineData("--momentum is for --optimizer sgd", "--momentum", "0.5")]
    [InlineData("--step-epochs is for --schedule step", "--step-epochs", "5")]
    [InlineData("--schedule step goes down after 50,000 epochs, and the run has 30; give --step-epochs", "--schedule", "step")]
    [InlineData("--widths is for residual networks", "--widths", "4,8")]
    [InlineData("--degradation-smoothing is for faces of --degradation; give both", "--degradation-smoothing", "0.5")]
    [InlineData("--teacher-mirror is for --teacher, and none is given", "--teacher-logits", "l.csv", "--teacher-mirror")]
    [InlineData("--teacher-size is for --teacher, and none is given", "--teacher-size", "10x10")]
    [InlineData("--subject is for --holdout and --fold; give one of them", "--subject", "^[^_]+")]
    [InlineData("--data: --export writes the model as it is, and trains no further", "--export", "m.checkpoint")]
    public async Task Options_that_do_not_go_together_are_told_in_a_line(string message, params string[] more)
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, "bored", "tired");
        Mexp run = await Mexp.RunAsync(["train", "--data", faces, "-o", _folder["m.onnx"], .. more]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--epochs", "3")]
    [InlineData("--init", "microexpnet-2")]
    [InlineData("--antialias")]
    [InlineData("--restart")]
    public async Task A_model_that_is_exported_takes_no_options_of_a_training(params string[] more)
    {
        Mexp run = await Mexp.RunAsync(["train", "--export", "m.checkpoint", "-o", _folder["m.onnx"], .. more]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.StartsWith($"mexp: {more[0]}: --export writes", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("crossvalidate")]
    [InlineData("sweep", "--holdout", "0.3")]
    public async Task Faces_and_options_that_can_not_be_trained_with_are_told_in_a_line(string command, params string[] more)
    {
        string one = FaceFolder.Create(_folder, "one", 6, "bored"), two = FaceFolder.Create(_folder, "two", 6, "bored", "tired");
        (string Data, string[] Options, int Code, string Message)[] cases =
        [
            (one, [], ExitCode.InputFailed, "one: all faces are of one class, bored; expected two or more"),
            (two, ["--batch-size", "65537"], ExitCode.WrongCommand, "--batch-size '65537': expected a whole number, 1 to 65536"),
            (two, ["--class-weights", "1,2,3"], ExitCode.WrongCommand, "--class-weights: 3 weights; expected 2, one each for bored, tired"),
            (two, ["--class-weights", "0,0"], ExitCode.WrongCommand, "--class-weights: all faces are of classes with the weight 0"),
        ];
        string output = _folder[command == "train" ? "m.onnx" : "m.csv"];
        foreach ((string data, string[] options, int code, string message) in cases)
        {
            Mexp run = await Mexp.RunAsync([command, "--data", data, "-o", output, .. more, .. options]);
            Assert.Equal(code, run.ExitCode);
            Assert.Contains(message, run.ErrorLines[0], StringComparison.Ordinal);
            Assert.DoesNotContain("failure", run.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(output));
        }
    }

    [Theory]
    [InlineData("labels.onnx", "labels.csv, which is read, would be replaced")]
    [InlineData("m.csv", "expected a name ending in .onnx")]
    [InlineData("m.png", "expected a name ending in .onnx")]
    [InlineData("nowhere/m.onnx", "its folder does not exist")]
    public async Task What_a_run_writes_is_looked_at_before_the_work(string output, string message)
    {
        _folder.Write("labels.csv", "faces/a.png,bored\nfaces/b.png,tired\n"u8.ToArray());
        Mexp run = await Mexp.RunAsync("train", "--data", _folder["labels.csv"], "-o", Path.Combine(_folder.Path, output));
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(["labels.csv"], _folder.Files);
    }

    [Fact]
    public async Task A_label_file_whose_images_are_missing_names_them_and_counts_past_ten()
    {
        await File.WriteAllLinesAsync(
            _folder["labels.txt"], Enumerable.Range(0, 14).Select(i => $"gone/{i:00}.png happy"), TestContext.Current.CancellationToken);
        Mexp run = await Train(_folder["labels.txt"], "m.onnx");
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Equal(12, run.ErrorLines.Length);
        Assert.Contains("gone/09.png: there is no such file", run.ErrorLines[9], StringComparison.Ordinal);
        Assert.Contains("4 more like these", run.ErrorLines[10], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("teach", "--teacher", "{model}", "-o", "{out}")]
    [InlineData("augment", "--preview", "{out}")]
    [InlineData("evaluate", "--model", "{model}", "--plots", "{out}")]
    [InlineData("train", "-o", "{out}")]
    [InlineData("crossvalidate", "--folds", "2", "-o", "{out}")]
    [InlineData("sweep", "--holdout", "0.5", "-o", "{out}")]
    public async Task An_interrupt_ends_every_command_and_leaves_no_half_written_file(string command, params string[] arguments)
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, "angry", "happy");
        string[] before = [.. _folder.Files];
        using CancellationTokenSource interrupted = new();
        await interrupted.CancelAsync();
        string[] all = [
            command, "--data", faces,
            .. arguments.Select(
            argument => argument.Replace("{model}", TestModel.Path)
            .Replace("{out}", _folder[command switch { "train" => "out.onnx", "augment" => "out.png", _ => "out.csv" }]))];
        Mexp run = await Mexp.RunAsync(new MexpSurroundings { Cancellation = interrupted.Token }, all);
        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        Assert.Equal(before, _folder.Files);
    }

    [Fact]
    public async Task Validation_faces_may_lack_a_class_of_ones_own()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, "bored", "focused", "tired"),
            looked = FaceFolder.Create(_folder, "looked", 4, "tired", "bored");
        string[] arguments = ["train", "--data", faces, "--epochs", "1", "--input-size", "36x36", "-o", _folder["m.onnx"], "--validation"];
        Mexp run = await Mexp.RunAsync([.. arguments, looked, "--allow-duplicates"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("on 8 validation faces", run.Output, StringComparison.Ordinal);
        Mexp strange = await Mexp.RunAsync([.. arguments, FaceFolder.Create(_folder, "strange", 4, "bored", "puzzled")]);
        Assert.Equal(ExitCode.InputFailed, strange.ExitCode);
        Assert.Contains("the class 'puzzled'", Assert.Single(strange.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faces_on_both_sides_stop_the_run_unless_they_are_allowed()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, Classes), again = FaceFolder.Create(_folder, "again", 4, Classes);
        string[] arguments = [
            "train", "--data", faces, "--validation", again, "--epochs", "1", "--input-size", "36x36", "-o", _folder["m.onnx"]];
        Mexp run = await Mexp.RunAsync(arguments);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains(
            "of the 12 validation faces are also trained on (equal pixels, or mirrored); remove them from one side, or go on with " +
            "--allow-duplicates", run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains("angry/00.png: the same picture as angry/00.png, which is trained on", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["m.onnx"]));
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync([.. arguments, "--allow-duplicates"])).ExitCode);
    }

    [Fact]
    public async Task A_split_that_comes_with_the_data_is_kept()
    {
        string root = _folder["split"];
        Random random = new(5);
        foreach ((string part, int each) in new[] { ("train", 6), ("val", 3), ("test", 2) })
        {
            for (int i = 0; i < each; i++)
            {
                for (int label = 0; label < 3; label++)
                {
                    _folder.Write($"split/{part}/{Classes[label]}/{i}.png", FaceFolder.Draw(random, label));
                }
            }
        }

        string[] arguments = ["train", "--data", root, "--epochs", "1", "--input-size", "36x36", "-o", _folder["m.onnx"]];
        Mexp run = await Mexp.RunAsync(arguments);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains(
            "comes split (train 18, validation 9, test 6); training on train, validating on validation (--part chooses)", run.Error,
            StringComparison.Ordinal);
        Assert.Contains("on 9 validation faces", run.Output, StringComparison.Ordinal);
        Mexp all = await Mexp.RunAsync([.. arguments, "--part", "all"]);
        Assert.Contains("33 faces", all.Output, StringComparison.Ordinal);
        Mexp evaluated = await Mexp.RunAsync("evaluate", "--model", _folder["m.onnx"], "--data", root);
        Assert.Equal(ExitCode.Success, evaluated.ExitCode);
        Assert.Contains("reading test", evaluated.Error, StringComparison.Ordinal);
        Assert.Contains("6 faces", evaluated.Output, StringComparison.Ordinal);
        Mexp training = await Mexp.RunAsync("evaluate", "--model", _folder["m.onnx"], "--data", root, "--part", "train");
        Assert.Contains("18 faces", training.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faces_in_no_part_beside_those_of_one_are_told_unless_a_part_is_chosen()
    {
        Random random = new(5);
        List<string> rows = ["path,label,split"];
        for (int i = 0; i < 12; i++)
        {
            string kind = Classes[i % 3], part = i < 3 ? "test/" : "";
            _folder.Write($"folder/{part}{kind}/{i}.png", FaceFolder.Draw(random, i % 3));
            _folder.Write($"table/{i}.png", FaceFolder.Draw(random, i % 3));
            rows.Add($"{i}.png,{kind},{part.TrimEnd('/')}");
        }

        await File.WriteAllLinesAsync(_folder["table/t.csv"], rows, TestContext.Current.CancellationToken);
        TestModel.Create(OriginalArchitectures.MicroExpNet()).Save(_folder["t.onnx"]);
        foreach (string data in new[] { _folder["folder"], _folder["table/t.csv"] })
        {
            string[] train = ["train", "--data", data, "--epochs", "1", "--input-size", "36x36", "-o", _folder["m.onnx"]];
            foreach (string[] arguments in new string[][]
            {
                train, [.. train, "--holdout", "0.3"], ["crossvalidate", "--data", data, "--folds", "2"],
                ["evaluate", "--model", _folder["t.onnx"], "--data", data],
            })
            {
                Mexp run = await Mexp.RunAsync(arguments);
                Assert.Equal(ExitCode.InputFailed, run.ExitCode);
                Assert.Contains(
                    "some faces are in no part (test 3, no part 9), e.g. ", run.ErrorLines[^1], StringComparison.Ordinal);
                Assert.EndsWith("; expected a part for each, or for none (--part chooses)", run.ErrorLines[^1], StringComparison.Ordinal);
            }

            Mexp all = await Mexp.RunAsync([.. train, "--part", "all", "--restart"]);
            Assert.Contains("12 faces", all.Output, StringComparison.Ordinal);
            Mexp test = await Mexp.RunAsync("evaluate", "--model", _folder["t.onnx"], "--data", data, "--part", "test");
            Assert.Contains("3 faces", test.Output, StringComparison.Ordinal);
        }

        // All in one part are no split.
        Mexp one = await Mexp.RunAsync("evaluate", "--model", _folder["t.onnx"], "--data", Path.Combine(_folder["folder"], "test"));
        Assert.Contains("3 faces", one.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_faces_are_trained_on_where_the_data_comes_split()
    {
        Random random = new(6);
        foreach (string file in new[]
        {
            "split/train/angry/0.png", "split/train/happy/0.png", "split/val/angry/0.png", "split/val/happy/0.png",
            "more/angry/1.png", "more/happy/1.png", "more/happy/2.png", "parts/train/angry/3.png", "parts/test/angry/4.png",
            "test/test/happy/5.png",
        })
        {
            _folder.Write(file, FaceFolder.Draw(random, file.Contains("angry", StringComparison.Ordinal) ? 0 : 1));
        }

        string[] arguments = ["train", "--data", _folder["split"], "--epochs", "1", "--input-size", "36x36", "-o", _folder["m.onnx"]];
        Mexp run = await Mexp.RunAsync([.. arguments, "--more", _folder["more"], "--more", _folder["parts"], "--more", _folder["test"]]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("comes split (train 7, validation 2)", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(", 7 faces", Model.Load(_folder["m.onnx"]).Card.TrainingData, StringComparison.Ordinal);
        Assert.Contains("on 2 validation faces", run.Output, StringComparison.Ordinal);

        _folder.Write("again/train/angry/0.png", FaceFolder.Draw(random, 0));
        Mexp twice = await Mexp.RunAsync([.. arguments, "--more", _folder["again"]]);
        Assert.Equal(ExitCode.InputFailed, twice.ExitCode);
        Assert.EndsWith(" has a face named train/angry/0.png too; expected other names", twice.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_in_two_data_sets_is_on_one_side()
    {
        Random random = new(8);
        for (int person = 1; person <= 4; person++)
        {
            _folder.Write($"faces/angry/p{person}_a.png", FaceFolder.Draw(random, 0));
            _folder.Write($"more/happy/p{person}_b.png", FaceFolder.Draw(random, 1));
            _folder.Write($"faces/happy/q{person}_a.png", FaceFolder.Draw(random, 1));
        }

        Mexp run = await Mexp.RunAsync(
            "train", "--data", _folder["faces"], "--more", _folder["more"], "--subject", "^[^_]+", "--holdout", "0.25", "--epochs", "1",
            "--input-size", "36x36", "-o", _folder["m.onnx"]);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("8 subjects", run.Output, StringComparison.Ordinal);
        Mexp none = await Mexp.RunAsync(
            "train", "--data", _folder["faces"], "--more", _folder["more"], "--subject", "^[^_]+_a", "--holdout", "0.25", "-o",
            _folder["m.onnx"]);
        Assert.Contains("no subject found in happy/p1_b.png", none.ErrorLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classes_that_are_numbers_are_named_by_an_option()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, "0", "1", "2");
        string[] arguments = ["train", "--data", faces, "--epochs", "1", "--input-size", "36x36", "-o", _folder["m.onnx"]];
        Mexp run = await Mexp.RunAsync(arguments);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains(
            "labels are numbers ('0' (6), '1' (6), '2' (6)) whose meaning is not known", Assert.Single(run.ErrorLines),
            StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync([.. arguments, "--classes", "bored, focused, tired"])).ExitCode);
        Assert.Equal(["bored", "focused", "tired"], Model.Load(_folder["m.onnx"]).Architecture.Labels);
    }

    [Fact]
    public async Task A_model_with_classes_beside_expressions_is_evaluated_on_its_own()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, "bored", "happy", "sad");
        await Mexp.RunAsync(
            "train", "--data", faces, "--epochs", "1", "--input-size", "36x36", "-o", _folder["m.onnx"], "--classes", "bored,happy,sad");
        Mexp run = await Mexp.RunAsync("evaluate", "--model", _folder["m.onnx"], "--data", faces);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("bored", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_evaluation_names_the_classes_that_only_one_side_has()
    {
        TestModel.Create(OriginalArchitectures.MicroExpNet(labels: ["bored", "focused", "tired"])).Save(_folder["m.onnx"]);
        string faces = FaceFolder.Create(_folder, "faces", 4, "bored", "focused", "puzzled");
        Mexp run = await Mexp.RunAsync("evaluate", "--model", _folder["m.onnx"], "--data", faces, "--format", "json");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(
            $"mexp: the classes are not the same: only {_folder["m.onnx"]} has tired (such answers count as wrong); " +
            $"only {faces} has puzzled (such faces count as wrong)",
            Assert.Single(run.ErrorLines));
        Assert.Equal(
            ["bored", "focused", "puzzled", "tired"],
            run.Json.GetProperty("perClass").EnumerateArray().Select(one => one.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task A_model_of_seven_classes_is_evaluated_on_crowd_votes_for_eight()
    {
        TestModel.Create(
            OriginalArchitectures.MicroExpNet(labels: ["surprise", "fear", "disgust", "happy", "sadness", "anger", "neutral"]))
            .Save(_folder["m.onnx"]);
        _folder.Write("faces/a.png", FaceFolder.Draw(new Random(1), 0));
        _folder.Write("faces/b.png", FaceFolder.Draw(new Random(2), 1));
        _folder.Write(
            "faces/label.csv",
            "a.png,\"(0, 0, 48, 48)\",6,0,0,0,0,0,2,2,0,0\nb.png,\"(0, 0, 48, 48)\",0,0,0,0,0,0,0,9,0,0\n"u8.ToArray());
        Mexp run = await Mexp.RunAsync(
            "evaluate", "--model", _folder["m.onnx"], "--data", _folder["faces"], "--ignore-label", "contempt");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("1 faces, FER+", run.Output, StringComparison.Ordinal);
    }

    private Task<Mexp> Train(string data, string output, params string[] more) =>
        Mexp.RunAsync(
            ["train", "--data", data, "--holdout", "0.2", "--input-size", "36x36", "--learning-rate", "3e-3", "--batch-size", "16", "-o",
            _folder[output], .. more]);

    private Task<byte[]> Bytes(string name) => File.ReadAllBytesAsync(_folder[name], TestContext.Current.CancellationToken);
}
