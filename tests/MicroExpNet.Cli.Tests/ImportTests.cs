using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("/MicroExpNet_CK")]
    [InlineData("/MicroExpNet_CK.index")]
    [InlineData("/checkpoint")]
    public async Task A_released_checkpoint_becomes_a_model_file(string what)
    {
        string output = _folder.Write("ck.onnx", [1, 2, 3]);
        Mexp run = await Mexp.RunAsync("import", ReferenceData.Path("seed-models/CK") + what, "-o", output);

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(OriginalArchitectures.MicroExpNetName, Model.Load(output).Architecture.Name);
        Assert.Equal(["ck.onnx"], _folder.Files);
        Assert.Matches(@"wc1 +8×8×1×16 +1,024", run.Output);
        Assert.Matches(@"wfc +1152×48 +55,296", run.Output);
        Assert.Matches(@"architecture +microexpnet", run.Output);
        Assert.Matches(@"squeeze +16", run.Output);
        Assert.Matches(@"input +84×84×1", run.Output);
        Assert.Matches(@"parameters +65,000", run.Output);
        Assert.Contains(output, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_and_architecture_can_be_given()
    {
        string output = _folder["p2.onnx"];
        Mexp run = await Mexp.RunAsync(
            "import", ReferenceData.Path("seed-models/CK"), "-o", output, "--architecture", "p2", "--input-size", "84x84", "--labels",
                "n, a,c,d,f,h,sad,sur");

        Assert.Equal("", run.Error);
        Architecture architecture = Model.Load(output).Architecture;
        Assert.Equal("p2-s16", architecture.Name);
        Assert.Equal(["n", "a", "c", "d", "f", "h", "sad", "sur"], architecture.Labels);
    }

    [Fact]
    public async Task A_broken_checkpoint_is_refused_in_one_line_and_nothing_is_written()
    {
        string seed = ReferenceData.Path("seed-models/CK");
        foreach (string file in Directory.GetFiles(seed)) File.Copy(file, _folder["ck/" + Path.GetFileName(file)]);
        string data = Directory.GetFiles(_folder["ck"], "*.data-*").Single();
        byte[] content = await File.ReadAllBytesAsync(data, TestContext.Current.CancellationToken);
        content[10] ^= 4; // in bc1, the first tensor
        await File.WriteAllBytesAsync(data, content, TestContext.Current.CancellationToken);
        string output = _folder.Write("ck.onnx", [1, 2, 3]);
        Mexp run = await Mexp.RunAsync("import", _folder["ck"], "-o", output);

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Single(run.ErrorLines);
        Assert.Equal("", run.Output);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_no_checkpoint_is_refused_in_one_line()
    {
        _folder.Write("text.index", "no table"u8.ToArray());
        Directory.CreateDirectory(_folder["empty"]);
        foreach (string checkpoint in new[] { "gone", "empty", "text", "text.index" })
        {
            Mexp run = await Mexp.RunAsync("import", _folder[checkpoint], "-o", _folder["out.onnx"]);

            Assert.Equal(ExitCode.InputFailed, run.ExitCode);
            Assert.Contains(_folder[checkpoint], Assert.Single(run.ErrorLines), StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["out.onnx"]));
        }
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_is_a_wrong_command()
    {
        Mexp run = await Mexp.RunAsync(
            "import", ReferenceData.Path("seed-models/CK"), "-o", Path.Combine(_folder.Path, "no", "such", "x.onnx"));

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Single(run.ErrorLines);
    }

    [Theory]
    [InlineData("import", "--rgb", "MODEL", "-o", "out.onnx")]
    [InlineData("import", "--bgr", "MODEL", "-o", "out.onnx")]
    [InlineData("evaluate", "--rgb", "--model", "MODEL", "--data", "faces")]
    [InlineData("predict", "--rgb", "--model", "MODEL", "a.png")]
    public async Task A_network_of_one_channel_reads_no_colour(string command, string colour, params string[] more)
    {
        _folder.Write("a.png", Pictures.Png());
        string[] arguments = [
            .. more.Select(one => one switch { "MODEL" => TestModel.Path, "out.onnx" or "a.png" => _folder[one], _ => one })];
        Mexp run = await Mexp.RunAsync([command, colour, .. arguments]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal(
            $"mexp: {TestModel.Path}: its card says colour, its network reads 1 channel; expected one for grey, three for colour "
            + "(--rgb, --bgr)",
            Assert.Single(run.ErrorLines));
        Assert.Equal(["a.png"], _folder.Files);
    }
}
