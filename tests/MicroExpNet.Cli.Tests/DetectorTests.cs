using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Tests;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;
using MicroExpNet.Training.Tests.Detection;
using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Tests;

public sealed class DetectorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MadeUpPictures _pictures = new();

    private string Heads => _pictures.Path("heads");

    private string Backgrounds => _pictures.Path("backgrounds");

    public void Dispose()
    {
        _folder.Dispose();
        _pictures.Dispose();
    }

    [Fact]
    public async Task Composed_scenes_are_read_back_as_they_were_composed()
    {
        string scenes = Path.Combine(_folder.Path, "scenes");
        Mexp run = await Mexp.RunAsync(
            "compose", "--heads", Heads, "--backgrounds", Backgrounds, "--count", "12", "--size", "120x160", "--max-face", "60", "--seed",
            "4", "-o", scenes);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        PictureSet read = PictureSet.Load(scenes, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(read.Skipped);
        Assert.Equal(12, read.Pictures.Length);
        SceneOptions settings = new() { Width = 160, Height = 120, MaxFace = 60 };
        int faces = 0;
        for (int i = 0; i < 12; i++)
        {
            LabeledPicture scene = _pictures.Composer.Compose(settings, 4, i);
            Assert.Equal(scene.Name, read.Pictures[i].Name);
            Assert.Equal(scene.Image.Pixels, read.Pictures[i].Image.Pixels);
            Assert.Equal(scene.Faces.Length, read.Pictures[i].Faces.Length);
            faces += scene.Faces.Length;
            foreach ((PlacedFace composed, PlacedFace own) in scene.Faces.Zip(read.Pictures[i].Faces))
            {
                Assert.Equal(composed.X, own.X, 0.11);
                Assert.Equal(composed.Y, own.Y, 0.11);
                Assert.Equal(composed.Side, own.Side, 0.051);
                Assert.Equal(composed.Eyes!.Value.LeftX, own.Eyes!.Value.LeftX, 0.051);
                Assert.Equal(composed.Eyes.Value.RightY, own.Eyes.Value.RightY, 0.051);
            }
        }

        Assert.Contains($"12 scenes, {faces} faces", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_not_written_to()
    {
        _folder.Write("full/a.txt", [1]);
        Mexp run = await Mexp.RunAsync("compose", "--heads", Heads, "--backgrounds", Backgrounds, "-o", _folder["full"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("is there already and not an empty folder", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(["full/a.txt"], _folder.Files);
    }

    [Fact]
    public async Task Scenes_are_there_all_or_none()
    {
        string scenes = _folder["scenes"];
        using CancellationTokenSource stopped = new();
        Task<Mexp> running = Mexp.RunAsync(
            new MexpSurroundings { Cancellation = stopped.Token }, "compose", "--heads", Heads, "--backgrounds", Backgrounds, "--count",
                "1000000", "--size", "32x32", "--max-face", "30", "-o", scenes);
        while (!running.IsCompleted && _folder.Files.Length == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
        await stopped.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, (await running).ExitCode);
        Assert.Empty(_folder.Files);
        Assert.False(Directory.Exists(scenes));

        Mexp below = await Mexp.RunAsync(
            "compose", "--heads", Heads, "--backgrounds", Backgrounds, "--count", "2", "-o",
            Path.Combine(_folder.Write("file", [1]), "scenes"));
        Assert.Equal(ExitCode.WrongCommand, below.ExitCode);
        Assert.StartsWith("mexp: cannot write ", Assert.Single(below.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judging_a_detector_stops_when_it_is_asked_to()
    {
        using CancellationTokenSource stopped = new();
        await stopped.CancelAsync();
        Mexp run = await Mexp.RunAsync(new MexpSurroundings { Cancellation = stopped.Token }, "evaluate-detector", "--data", Backgrounds);
        Assert.Equal((ExitCode.Interrupted, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task A_detector_is_trained_written_and_measured()
    {
        string output = _folder["detector.onnx"];
        Mexp run = await Mexp.RunAsync(
            "train-detector", "--heads", Heads, "--backgrounds", Backgrounds, "--steps", "2", "--batch-size", "2", "--stem-width", "2",
                "--widths", "2,2", "--threads", "2", "--report", "2", "--name", "mine", "-o", output);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("5 heads, 3 backgrounds", run.Output, StringComparison.Ordinal);
        Assert.Matches(@" 2/2 +\d+\.\d{4}", run.Output);
        Assert.Equal(["detector.onnx"], _folder.Files);
        Model model = Model.Load(output);
        Assert.Equal("mine", model.Architecture.Name);
        Assert.Equal("scenes composed of 5 heads and 3 pictures without faces", model.Card.TrainingData);

        Mexp measured = await Mexp.RunAsync(
            "evaluate-detector", "--model", output, "--data", Heads, "--part", "validation", "--min-score", "0.01");
        Assert.Equal(ExitCode.Success, measured.ExitCode);
        Assert.Matches(@"pictures +1,", measured.Output);
        Assert.Contains("recall", measured.Output, StringComparison.Ordinal);
        Mexp faceless = await Mexp.RunAsync("evaluate-detector", "--model", output, "--data", Backgrounds);
        Assert.Matches(@"faces +0 *\n", faceless.Output);
        Assert.DoesNotContain("recall", faceless.Output, StringComparison.Ordinal);

        // Going on from it, with two sets of heads and what it took for faces.
        string table = _folder["false.csv"], second = _folder["second.onnx"];
        Assert.Equal(
            ExitCode.Success,
            (await Mexp.RunAsync(
            "evaluate-detector", "--model", output, "--data", Backgrounds, "--min-score", "0.01", "--false-faces", table)).ExitCode);
        Mexp gone = await Mexp.RunAsync(
            "train-detector", "--heads", Heads, "--heads", Heads, "--backgrounds", Backgrounds, "--init", output, "--hard-negatives", table,
                "-o", second, "--stem-width", "2", "--widths", "2,2", "--steps", "1", "--batch-size", "4");
        Assert.Equal("", gone.Error);
        Assert.Contains("10 heads, 3 backgrounds", gone.Output, StringComparison.Ordinal);
        Assert.Equal(
            ExitCode.WrongCommand,
            (await Mexp.RunAsync(
            "train-detector", "--heads", Heads, "--backgrounds", Backgrounds, "--init", output, "-o", second, "--stem-width", "5",
            "--widths", "2,2", "--steps", "1")).ExitCode);

        // And a verifier of what it finds.
        string candidates = _folder["candidates.zip"], verifier = _folder["verifier.onnx"];
        Mexp cut = await Mexp.RunAsync(
            "cut-candidates", "--detector", Everywhere(), "--heads", Heads, "--backgrounds", Backgrounds, "--hard-negatives", table,
            "--scenes", "20", "-o", candidates);
        Assert.Equal("", cut.Error);
        Assert.Matches(@"candidates\.zip: [\d,]+ faces, [\d,]+ candidates that are none", cut.Output);
        Mexp trained = await Mexp.RunAsync(
            "train", "--data", candidates, "--architecture", "tiny", "--epochs", "1", "--holdout", "0.2", "--allow-duplicates",
            "-o", verifier);
        Assert.Equal("", trained.Error);
        Assert.Equal(FaceDetector.VerifierLabels, Model.Load(verifier).Architecture.Labels);
        Mexp verified = await Mexp.RunAsync("evaluate-detector", "--model", $"{output},{verifier}", "--data", Heads, "--min-score", "0.01");
        Assert.Equal(("", ExitCode.Success), (verified.Error, verified.ExitCode));
        Mexp swapped = await Mexp.RunAsync("evaluate-detector", "--model", $"{output},{output}", "--data", Heads);
        Assert.Equal(ExitCode.WrongCommand, swapped.ExitCode);
        Assert.Contains("is no face verifier", Assert.Single(swapped.ErrorLines), StringComparison.Ordinal);

        Mexp inspected = await Mexp.RunAsync("inspect", output);
        Assert.Equal(ExitCode.Success, inspected.ExitCode);
        Assert.Contains("left_eye_x", inspected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sheet_is_a_PNG_picture()
    {
        Mexp run = await Mexp.RunAsync("evaluate-detector", "--photos", Heads, "--sheet", _folder["sheet.jpg"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal($"mexp: --sheet {_folder["sheet.jpg"]}: expected a name that ends in .png", Assert.Single(run.ErrorLines));
    }

    [Fact]
    public async Task Photographs_are_measured_beside_YuNet_and_what_is_missed_or_false_is_written_down()
    {
        string sheet = _folder["sheet.png"], table = _folder["false.csv"];
        Mexp run = await Mexp.RunAsync(
            "evaluate-detector", "--photos", Heads, "--model", Everywhere(), "--yunet", ReferenceData.Path("teachers/yunet.onnx"),
                "--sheet", sheet, "--false-faces", table, "--altered");
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("from a score of 0.65", run.Output, StringComparison.Ordinal);
        Assert.Contains("YuNet, ONNX Runtime, one thread", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"turned by 30 degrees +recall +\d", run.Output);
        Assert.True(new FileInfo(sheet).Length > 1000);
        Assert.NotEmpty(HardNegative.Load(table));
    }

    [Fact]
    public async Task Faces_below_the_smallest_that_is_looked_for_are_not_missed()
    {
        string photos = Directory.CreateDirectory(_folder["photos"]).FullName;
        File.Copy(ReferenceData.Repository("samples/astronaut.png"), Path.Combine(photos, "a.png"));
        File.WriteAllText(
            Path.Combine(photos, "boxes.csv"),
            "file,x,y,w,h,left_eye_x,left_eye_y,right_eye_x,right_eye_y,score\na.png,180,60,90,90,,,,,0.9\na.png,20,20,35,35,,,,,0.9\n");
        File.WriteAllText(
            Path.Combine(photos, "expressions.csv"), "file,x,y,w,h,expression\na.png,180,60,90,90,happy\na.png,20,20,35,35,happy\n");
        foreach ((string minFace, int faces) in new[] { ("24", 2), ("40", 1) })
        {
            Mexp run = await Mexp.RunAsync("evaluate-detector", "--photos", photos, "--model", Everywhere(), "--min-face", minFace);
            Assert.Equal("", run.Error);
            Assert.Matches($@"(?m)^ *faces +{faces} *$", run.Output);
            Assert.Matches($@"right end to end [\d.]+% of {faces},", run.Output);
        }
    }

    [Fact]
    public async Task Heads_are_labelled_with_YuNet()
    {
        string faces = Directory.CreateDirectory(_folder["faces"]).FullName;
        using (Photo photo = Photo.Load(ReferenceData.Repository("samples/astronaut.png")))
        {
            // Face and hair of the portrait; the box is where OpenCV's cascade draws it.
            byte[] gray = photo.ToGray();
            byte[] crop = [.. Enumerable.Range(0, 130 * 130).Select(i => gray[((50 + (i / 130)) * photo.Width) + 160 + (i % 130)])];
            File.WriteAllBytes(Path.Combine(faces, "a.png"), new GrayImage(crop, 130, 130).EncodePng());
            File.WriteAllBytes(Path.Combine(faces, "b.png"), new GrayImage(new byte[48 * 48], 48, 48).EncodePng());
        }

        Mexp run = await Mexp.RunAsync(
            "label-heads", "--yunet", ReferenceData.Path("teachers/yunet.onnx"), "--data", faces, "-o", _folder["heads.zip"]);
        Assert.Equal("", run.Error);
        Assert.Contains("1 heads of 2 pictures", run.Output, StringComparison.Ordinal);
        LabeledPicture head = Assert.Single(
            PictureSet.Load(_folder["heads.zip"], cancellationToken: TestContext.Current.CancellationToken).Pictures);
        PlacedFace face = Assert.Single(head.Faces);
        Assert.InRange(face.X, 55, 75);
        Assert.InRange(face.Y, 55, 85);
        Assert.InRange(face.Side, 75, 120);
        Assert.True(face.Eyes!.Value.LeftX < face.X && face.Eyes.Value.RightX > face.X && face.Eyes.Value.LeftY < face.Y);
        Mexp wrong = await Mexp.RunAsync("label-heads", "--yunet", Everywhere(), "--data", faces, "-o", _folder["heads.zip"]);
        Assert.Equal(ExitCode.WrongCommand, wrong.ExitCode);
        Assert.Contains("not YuNet", Assert.Single(wrong.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_looks_for_what_it_is_told_to()
    {
        (string? Path, FaceDetectorOptions Options)? asked = null;
        MexpSurroundings surroundings = new()
        {
            CreateDetector = (path, options) =>
            {
                asked = (path, options);
                return new FixedFaces();
            },
        };
        string photo = _folder.Write("a.png", Pictures.Png());
        await Mexp.RunAsync(surroundings, "predict", photo, "--model", TestModel.Path);
        Assert.Equal((null, new FaceDetectorOptions()), asked);
        await Mexp.RunAsync(
            surroundings, "predict", photo, "--model", TestModel.Path, "--detector", "d.onnx", "--min-face", "60", "--min-score", "0.25");
        Assert.Equal(("d.onnx", new FaceDetectorOptions { MinFace = 60, MinScore = 0.25f }), asked);
    }

    [Fact]
    public async Task Predict_finds_faces_with_a_detector_of_ones_own()
    {
        string detector = Everywhere(), photo = _folder.Write("a.png", Pictures.Png());
        MexpSurroundings surroundings = new() { CreateDetector = new Terminal(Stream.Null, Stream.Null, TextWriter.Null).CreateDetector };
        Mexp run = await Mexp.RunAsync(
            surroundings, "predict", photo, "--model", TestModel.Path, "--detector", detector, "--format", "json");
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.True(run.Json[0].GetProperty("faces").GetArrayLength() > 0);
        foreach ((string file, string message) in new[] { (_folder["gone.onnx"], "no such file"), (TestModel.Path, "is no face detector"),
            (photo, "no ONNX model") })
        {
            Mexp wrong = await Mexp.RunAsync(surroundings, "predict", photo, "--model", TestModel.Path, "--detector", file);
            Assert.Equal(ExitCode.WrongCommand, wrong.ExitCode);
            string line = Assert.Single(wrong.ErrorLines);
            Assert.Contains(file, line, StringComparison.Ordinal);
            Assert.Contains(message, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_detector_is_no_expression_model()
    {
        Mexp run = await Mexp.RunAsync("predict", _folder.Write("a.png", Pictures.Png()), "--model", Everywhere());
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("expected one for each class", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--size 'small': expected height x width", "compose", "--size", "small")]
    [InlineData("scenes of 8×8; expected 16 to 16384 pixels a side", "compose", "--size", "8x8")]
    [InlineData("scenes of 90000×90000; expected 16 to 16384 pixels a side", "compose", "--size", "90000x90000")]
    [InlineData("faces of 50 to 40 pixels; expected 4 or more, the smaller first", "compose", "--min-face", "50", "--max-face", "40")]
    [InlineData("--count '0': expected a whole number, 1 or more", "compose", "--count", "0")]
    [InlineData("--part 'some': expected all, training, validation", "compose", "--part", "some")]
    [InlineData("--widths '3,0': expected whole numbers separated by commas, 1 or more each", "train-detector", "--widths", "3,0")]
    [InlineData("--steps '0': expected a whole number, 1 or more", "train-detector", "--steps", "0")]
    [InlineData("--learning-rate '-1': expected a number", "train-detector", "--learning-rate", "-1")]
    public async Task A_wrong_option_is_one_line_and_nothing_is_written(string line, string command, params string[] more)
    {
        Mexp run = await Mexp.RunAsync([command, "--heads", Heads, "--backgrounds", Backgrounds, "-o", _folder["out.onnx"], .. more]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.StartsWith("mexp: " + line, run.ErrorLines[0], StringComparison.Ordinal);
        Assert.InRange(run.ErrorLines.Length, 1, 2);
        Assert.Empty(_folder.Files);
    }

    [Theory]
    [InlineData("evaluate-detector", "--data", "{heads}", "--min-face", "13")]
    [InlineData("evaluate-detector", "--data", "{heads}", "--min-score", "0")]
    [InlineData("evaluate-detector", "--data", "{heads}", "--model", "{nowhere}")]
    [InlineData("evaluate-detector")]
    [InlineData("evaluate-detector", "--data", "{heads}", "--photos", "{heads}")]
    [InlineData("evaluate-detector", "--data", "{heads}", "--yunet", "{nowhere}")]
    [InlineData("label-heads", "--data", "{heads}", "--yunet", "{nowhere}", "-o", "{out}")]
    [InlineData("compose", "--heads", "{heads}", "-o", "out")]
    [InlineData("cut-candidates", "--heads", "{heads}", "--backgrounds", "{backgrounds}", "-o", "{out}")]
    [InlineData("cut-candidates", "--detector", "{nowhere}", "--heads", "{heads}", "--backgrounds", "{backgrounds}", "-o", "{out}")]
    [InlineData("evaluate-detector", "--data", "{heads}", "--model", "facedetector-2,{nowhere}")]
    [InlineData("train-detector", "--heads", "{heads}", "--backgrounds", "{heads}")]
    [InlineData("train-detector", "--heads", "{heads}", "--backgrounds", "{backgrounds}", "-o", "{nowhere}/a.onnx")]
    public async Task What_is_missing_or_out_of_range_makes_the_command_wrong(string command, params string[] arguments)
    {
        Mexp run = await Mexp.RunAsync([command, .. Filled(arguments)]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.InRange(run.ErrorLines.Length, 1, 2);
        Assert.DoesNotContain("unexpected", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no such folder or file", "compose", "--heads", "{nowhere}", "--backgrounds", "{backgrounds}", "-o", "{out}")]
    [InlineData("expected heads with a boxes.csv", "compose", "--heads", "{backgrounds}", "--backgrounds", "{backgrounds}", "-o", "{out}")]
    [InlineData("no picture without faces", "compose", "--heads", "{heads}", "--backgrounds", "{heads}", "-o", "{out}")]
    [InlineData("no picture without faces", "train-detector", "--heads", "{heads}", "--backgrounds", "{heads}", "-o", "{out}")]
    [InlineData("there is no such folder or file", "evaluate-detector", "--model", "{detector}", "--data", "{nowhere}")]
    [InlineData(
        "no such file", "train-detector", "--heads", "{heads}", "--backgrounds", "{backgrounds}", "--hard-negatives", "{nowhere}", "-o",
        "{out}")]
    [InlineData("no picture in it", "evaluate-detector", "--model", "{detector}", "--data", "{empty}")]
    public async Task Pictures_that_cannot_be_used_are_told_in_a_line(string message, string command, params string[] arguments)
    {
        Mexp run = await Mexp.RunAsync([command, .. Filled(arguments)]);
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder["out"]));
    }

    [Theory]
    [InlineData("--output {out}: {set}, which is read", "label-heads", "--data", "{set}", "--yunet", "{nowhere}", "-o", "{set}")]
    [InlineData(
        "--output", "cut-candidates", "--detector", "facedetector-2", "--heads", "{set}", "--backgrounds", "{backgrounds}", "-o", "{set}")]
    [InlineData("--output", "train-detector", "--heads", "{heads}", "--backgrounds", "{set}", "-o", "{set}")]
    [InlineData("--sheet", "evaluate-detector", "--data", "{set}", "--sheet", "{set}")]
    [InlineData("--false-faces", "evaluate-detector", "--data", "{heads}", "--model", "{set}", "--false-faces", "{set}")]
    [InlineData("--sheet", "evaluate-detector", "--data", "{set}/train", "--sheet", "{set}")]
    [InlineData("--sheet", "evaluate-detector", "--data", "{heads}", "--sheet", "{heads}/0.png")]
    [InlineData("--false-faces", "evaluate-detector", "--data", "{heads}", "--false-faces", "{heads}/boxes.csv")]
    [InlineData("--false-faces", "evaluate-detector", "--data", "{heads}", "--sheet", "{out}", "--false-faces", "{out}")]
    [InlineData("--output", "quantize", "{set}", "--calibrate", "{heads}", "-o", "{set}")]
    [InlineData("--output", "quantize", "{nowhere}", "--calibrate", "{set}", "-o", "{set}")]
    [InlineData("--output", "import", "{set}", "-o", "{set}")]
    [InlineData("--output", "teach", "--data", "{set}", "--teacher", "microexpnet-2", "-o", "{set}")]
    [InlineData("--output", "crossvalidate", "--data", "{set}", "-o", "{set}")]
    [InlineData("--output", "sweep", "--data", "{set}", "-o", "{set}")]
    [InlineData("--preview", "augment", "--data", "{set}", "--preview", "{set}")]
    public async Task What_is_read_is_not_replaced(string option, string command, params string[] arguments)
    {
        string set = _folder.Write("set.zip", [1, 2, 3]);
        File.CreateSymbolicLink(_folder["link.zip"], set);
        string[] filled = [.. Filled(arguments)];
        foreach (string output in new[] { set, _folder["link.zip"] })
        {
            int at = Array.FindLastIndex(filled, argument => argument.Contains("{set}", StringComparison.Ordinal));
            string[] given = [.. filled.Select((argument, i) => argument.Replace("{set}", i == at ? output : set))];
            Mexp run = await Mexp.RunAsync([command, .. given]);
            Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
            string line = Assert.Single(run.ErrorLines);
            Assert.StartsWith($"mexp: {option.Split(' ')[0]} ", line, StringComparison.Ordinal);
            Assert.Matches("which is read, would be replaced; name another file$|writes this file, too; name another$", line);
        }

        Assert.Equal([1, 2, 3], File.ReadAllBytes(set));
    }

    [Fact]
    public async Task Without_widths_the_detector_is_the_default_one_and_too_wide_ones_are_told()
    {
        Mexp run = await Mexp.RunAsync(
            "train-detector", "--heads", Heads, "--backgrounds", Backgrounds, "--steps", "1", "--batch-size", "1", "-o", _folder["a.onnx"]);
        Assert.Equal(("", ExitCode.Success), (run.Error, run.ExitCode));
        Mexp wide = await Mexp.RunAsync(
            "train-detector", "--heads", Heads, "--backgrounds", Backgrounds, "--widths", "100000,100000", "-o", _folder["b.onnx"]);
        Assert.Equal(ExitCode.WrongCommand, wide.ExitCode);
        Assert.StartsWith("mexp: --widths 100000,100000: ", Assert.Single(wide.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_cannot_begin_anew_keeps_the_state_that_is_there()
    {
        string output = _folder["a.onnx"], other = _folder["other.onnx"], state = _folder["a.onnx.checkpoint"];
        string[] command = [
            "train-detector", "--heads", Heads, "--backgrounds", Backgrounds, "--batch-size", "1", "--stem-width", "2", "--widths"];
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync([.. command, "2,2", "--steps", "1", "-o", other])).ExitCode);
        File.WriteAllBytes(state, [1, 2, 3]);
        Mexp run = await Mexp.RunAsync([.. command, "3,3", "--steps", "1", "--restart", "--init", other, "-o", output]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("has other layers than the network", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(state));
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync([.. command, "3,3", "--steps", "1", "--restart", "-o", output])).ExitCode);
        Assert.False(File.Exists(state));
    }

    [Fact]
    public async Task Candidates_are_those_of_a_detector_without_a_verifier()
    {
        Mexp run = await Mexp.RunAsync(
            "cut-candidates", "--detector", "facedetector-2,faceverifier-2", "--heads", Heads, "--backgrounds", Backgrounds,
            "-o", _folder["a.zip"]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains("expected a detector alone, without 'faceverifier-2'", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        string candidates = _folder["b.zip"];
        Mexp alone = await Mexp.RunAsync(
            "cut-candidates", "--detector", "facedetector-2", "--heads", Heads, "--backgrounds", Backgrounds, "--scenes", "2",
            "-o", candidates);
        Assert.Equal(("", ExitCode.Success), (alone.Error, alone.ExitCode));
    }

    [Fact]
    public async Task Pictures_without_a_table_are_said_to_be_without_faces()
    {
        Mexp run = await Mexp.RunAsync("evaluate-detector", "--data", Backgrounds);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.EndsWith("no boxes.csv; its pictures are taken to have no face", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Mexp photos = await Mexp.RunAsync("evaluate-detector", "--photos", Backgrounds);
        Assert.Equal(ExitCode.InputFailed, photos.ExitCode);
        Assert.EndsWith("no boxes.csv with the faces of its pictures", Assert.Single(photos.ErrorLines), StringComparison.Ordinal);
    }

    private string[] Filled(string[] arguments)
    {
        string empty = Directory.CreateDirectory(Path.Combine(_folder.Path, "empty")).FullName;
        return
        [
            .. arguments.Select(
                argument => argument.Replace("{heads}", Heads).Replace("{backgrounds}", Backgrounds)
                .Replace("{nowhere}", Path.Combine(_folder.Path, "nowhere")).Replace("{out}", _folder["out"])
                .Replace("{empty}", empty).Replace("{detector}", argument == "{detector}" ? Everywhere() : "")),
        ];
    }

    // A detector that sees a face in every cell.
    private string Everywhere()
    {
        Architecture architecture = DetectorArchitectures.Detector("everywhere", 1, [1]);
        new Model(
            architecture,
            architecture.Layers.Select(
                layer => layer.ParameterCount == 0
                ? null
                : new LayerParameters(
                new float[layer.WeightCount], [.. Enumerable.Range(0, layer.BiasCount).Select(i => i == 0 ? 3f : 0)])),
            new ModelCard()).Save(_folder["everywhere.onnx"]);
        return _folder["everywhere.onnx"];
    }
}
