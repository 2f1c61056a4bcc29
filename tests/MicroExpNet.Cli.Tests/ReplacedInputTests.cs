namespace MicroExpNet.Cli.Tests;

/// <summary>No command replaces what it reads.</summary>
public sealed class ReplacedInputTests : IDisposable
{
    private static readonly string[] Classes = ["angry", "happy", "sad"];

    private readonly TemporaryFolder _folder = new();

    public ReplacedInputTests() => FaceFolder.Create(_folder, "faces", 6, Classes);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--output", "teach", "--teacher", "FILE", "--data", "faces", "-o", "FILE")]
    [InlineData("--output", "teach", "--teacher", "MODEL", "--teacher", "FILE", "--data", "faces", "-o", "FILE")]
    [InlineData("--output", "train", "--data", "faces", "--teacher", "FILE", "-o", "FILE")]
    [InlineData("--output", "train", "--data", "faces", "--teacher", "MODEL", "--teacher", "FILE", "-o", "FILE")]
    [InlineData("--output", "train", "--data", "faces", "--init", "FILE", "-o", "FILE")]
    [InlineData("--output", "train-detector", "--heads", "faces", "--backgrounds", "faces", "--init", "FILE", "-o", "FILE")]
    public async Task A_model_that_is_read_stays(string option, params string[] arguments)
    {
        string file = _folder["m.onnx"];
        File.Copy(TestModel.Path, file);
        await Refuse($"{option} {file}: {file}, which is read, would be replaced; name another file", arguments, file);
    }

    [Theory]
    [InlineData("train", "--data", "faces", "--init", "ck/model", "-o", "FILE")]
    [InlineData("quantize", "ck/model", "--calibrate", "faces", "-o", "FILE")]
    [InlineData("import", "ck/model", "-o", "FILE")]
    public async Task A_checkpoints_files_stay(params string[] arguments)
    {
        string index = _folder.Write("ck/model.index", [1, 2, 3]), data = _folder.Write("ck/model.data-00000-of-00001", [1, 2, 3]);
        foreach (string file in new[] { index, data })
        {
            await Refuse($"--output {file}: {file}, which is read, would be replaced; name another file", arguments, file);
        }
    }

    [Theory]
    [InlineData("--output's learning curve", "train", "--data", "faces", "-o", "faces/happy/00.onnx")]
    [InlineData("--output", "teach", "--teacher", "MODEL", "--data", "faces", "-o", "FILE")]
    [InlineData("--preview", "augment", "--data", "faces", "--preview", "FILE")]
    public async Task A_face_of_a_folder_stays(string option, params string[] arguments)
    {
        string file = _folder["faces/happy/00.png"];
        await Refuse(
            $"{option} {file}: a file of {_folder["faces"]}, which is read, would be replaced; name another file", arguments, file);
    }

    [Theory]
    [InlineData("--output's learning curve", "train", "--data", "t.csv", "-o", "faces/happy/00.onnx")]
    [InlineData("--output's learning curve", "train", "--data", "faces/sad", "--more", "t.csv", "-o", "faces/happy/00.onnx")]
    [InlineData("--output", "teach", "--teacher", "MODEL", "--data", "t.csv", "-o", "FILE")]
    [InlineData("--output", "crossvalidate", "--data", "t.csv", "-o", "FILE")]
    [InlineData("--output", "sweep", "--data", "faces/sad", "--validation", "t.csv", "-o", "FILE")]
    [InlineData("--output", "quantize", "MODEL", "--calibrate", "t.csv", "-o", "FILE")]
    [InlineData("--preview", "augment", "--data", "t.csv", "--preview", "FILE")]
    [InlineData("--preview", "augment", "--data", "lines.txt", "--preview", "FILE")]
    [InlineData("--preview", "augment", "--data", "through-a-link.csv", "--preview", "FILE")]
    public async Task A_picture_that_a_table_names_stays(string option, params string[] arguments)
    {
        string file = _folder["faces/happy/00.png"];
        _folder.Write("t.csv", "path,label\nfaces/sad/../happy/00.png,happy\nfaces/sad/00.png,sad\nfaces/angry/00.png,angry\n"u8.ToArray());
        _folder.Write("lines.txt", "faces/happy/00.png happy\nfaces/sad/00.png sad\n"u8.ToArray());
        _folder.Write("through-a-link.csv", "path,label\nlink.png,happy\nfaces/sad/00.png,sad\nloop.png,sad\n"u8.ToArray());
        File.CreateSymbolicLink(_folder["link.png"], file);
        File.CreateSymbolicLink(_folder["loop.png"], _folder["loop.png"]);
        string table = _folder[arguments.First(argument => argument.EndsWith(".csv", StringComparison.Ordinal) || argument == "lines.txt")];
        await Refuse($"{option} {file}: a picture of {table}, which is read, would be replaced; name another file", arguments, file);
    }

    [Theory]
    [InlineData("--output", "predict", "PICTURE", "-o", "FILE")]
    [InlineData("--output", "predict", "faces/happy", "--format", "json", "-o", "FILE")]
    [InlineData("--output", "explain", "PICTURE", "-o", "FILE")]
    [InlineData("--values", "explain", "PICTURE", "-o", "x.png", "--values", "FILE")]
    public async Task A_picture_stays_though_the_output_is_a_link_to_it(string option, params string[] arguments)
    {
        string picture = _folder["faces/happy/00.png"], link = _folder["link.png"];
        File.CreateSymbolicLink(link, picture);
        await Refuse(
            $"{option} {link}: {picture}, which is read, would be replaced; name another file",
            [.. arguments.Select(argument => argument == "PICTURE" ? picture : argument)], link);
        Assert.Equal(picture, new FileInfo(link).LinkTarget);
    }

    [Theory]
    [InlineData("--output", "predict", "faces/sad/00.png", "--model", "FILE", "-o", "FILE", "--format", "csv")]
    [InlineData("--output", "predict", "faces/sad/00.png", "--detector", "FILE", "-o", "FILE", "--format", "csv")]
    [InlineData("--output", "predict", "faces/sad/00.png", "--detector", "other.onnx,FILE", "-o", "FILE", "--format", "csv")]
    [InlineData("--values", "explain", "faces/sad/00.png", "--model", "FILE", "-o", "x.png", "--values", "FILE")]
    [InlineData("--output", "video", "film.mp4", "--model", "FILE", "-o", "FILE", "--format", "csv")]
    [InlineData("--summary", "video", "film.mp4", "--detector", "FILE", "--summary", "FILE")]
    [InlineData("--output", "camera", "--model", "FILE", "-o", "FILE", "--format", "csv")]
    public async Task What_a_run_recognises_with_stays(string option, params string[] arguments)
    {
        string file = _folder["m.onnx"];
        File.Copy(TestModel.Path, file);
        await Refuse(
            $"{option} {file}: {file}, which is read, would be replaced; name another file",
            [.. arguments.Select(argument => argument.Replace(",FILE", "," + file, StringComparison.Ordinal))], file);
    }

    [Theory]
    [InlineData("a file of", "faces")]
    [InlineData("a picture of", "t.csv")]
    public async Task A_plot_replaces_no_face(string what, string data)
    {
        string file = _folder.Write("faces/happy/x-confusion.png", FaceFolder.Draw(new Random(1), 1));
        _folder.Write("t.csv", "path,label\nfaces/happy/x-confusion.png,happy\nfaces/sad/00.png,sad\n"u8.ToArray());
        await Refuse(
            $"--plots {file}: {what} {_folder[data]}, which is read, would be replaced; name another file",
            ["evaluate", "--model", "MODEL", "--data", data, "--plots", "faces/happy/x"], file);
    }

    [Theory]
    [InlineData("size")]
    [InlineData("temperature")]
    public async Task A_sweeps_chart_replaces_no_face(string chart)
    {
        string file = _folder.Write($"faces/happy/x-{chart}.png", FaceFolder.Draw(new Random(1), 1));
        await Refuse(
            $"--output's chart {file}: a file of {_folder["faces"]}, which is read, would be replaced; name another file",
            ["sweep", "--data", "faces", "--holdout", "0.3", "-o", "faces/happy/x.csv"], file);
    }

    [Fact]
    public async Task A_run_among_its_faces_goes_on()
    {
        string[] arguments = [
            "train", "--data", _folder["faces"], "--holdout", "0.3", "--input-size", "36x36", "-o", _folder["faces/m.onnx"], "--epochs"];
        Mexp first = await Mexp.RunAsync([.. arguments, "1"]), second = await Mexp.RunAsync([.. arguments, "2"]);
        Assert.Equal((ExitCode.Success, ExitCode.Success), (first.ExitCode, second.ExitCode));
        Assert.Contains("going on from", second.Output, StringComparison.Ordinal);
    }

    // FILE is the file that stays, MODEL a model's file; others that are in the folder are named by their places there.
    private async Task Refuse(string line, string[] arguments, string file)
    {
        byte[] before = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Mexp run = await Mexp.RunAsync([.. arguments.Select(argument => argument switch
        {
            "FILE" => file,
            "MODEL" => TestModel.Path,
            _ when argument.Contains('/', StringComparison.Ordinal) || File.Exists(_folder[argument]) || Directory.Exists(_folder[argument])
                => _folder[argument],
            _ => argument,
        })]);
        Assert.Equal($"mexp: {line}", Assert.Single(run.ErrorLines));
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal(before, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }
}
