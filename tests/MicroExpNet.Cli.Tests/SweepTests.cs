namespace MicroExpNet.Cli.Tests;

public sealed class SweepTests : IDisposable
{
    private static readonly string[] Classes = ["angry", "happy", "sad"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sweep_fills_its_table_and_goes_on_from_it()
    {
        string faces = FaceFolder.Create(_folder, "faces", 12, Classes);
        await Mexp.RunAsync("teach", "--teacher", TestModel.Path, "--data", faces, "-o", _folder["logits.csv"]);
        string[] arguments = [
            "sweep", "--data", faces, "--holdout", "0.25", "--teacher-logits", _folder["logits.csv"], "--temperatures", "2,8", "--epochs",
            "1", "-o", _folder["sweep.csv"]];
        Mexp run = await Mexp.RunAsync(arguments);
        Assert.EndsWith(
            "5 classes without faces: neutral, contempt, disgust, fear, surprise", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        string[] table = await File.ReadAllLinesAsync(_folder["sweep.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(2 + 3, table.Length);
        Assert.True(File.Exists(_folder["sweep-temperature.png"]) && File.Exists(_folder["sweep-size.png"]));
        await File.WriteAllLinesAsync(_folder["sweep.csv"], table[..^1], TestContext.Current.CancellationToken);
        Assert.Contains("3 trainings, 2 of them done before", (await Mexp.RunAsync(arguments)).Output, StringComparison.Ordinal);
        Assert.Equal(table, await File.ReadAllLinesAsync(_folder["sweep.csv"], TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.WrongCommand, (await Mexp.RunAsync([.. arguments, "--batch-size", "7"])).ExitCode);

        // The chart of a resumed sweep has the same bits, and other faces under the same name are another sweep's.
        byte[] chart = await File.ReadAllBytesAsync(_folder["sweep-size.png"], TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(_folder["sweep.csv"], table[..^2], TestContext.Current.CancellationToken);
        await Mexp.RunAsync(arguments);
        Assert.Equal(chart, await File.ReadAllBytesAsync(_folder["sweep-size.png"], TestContext.Current.CancellationToken));
        string[] happy = Directory.GetFiles(_folder["faces/happy"]);
        File.Copy(happy[0], happy[^1], overwrite: true);
        Assert.Equal(ExitCode.WrongCommand, (await Mexp.RunAsync(arguments)).ExitCode);
    }

    [Theory]
    [InlineData("expected microexpnet, v, p1, p2, p12", "--architectures", "microexpnet,vgg")]
    [InlineData("does not divide 256", "--architectures", "microexpnet,v", "--squeezes", "7")]
    [InlineData("--lambdas: expected numbers 0 to 1", "--lambdas", "0,2")]
    [InlineData("--temperatures: expected numbers above 0", "--temperatures", "8,0")]
    public async Task A_sweep_that_can_not_be_done_whole_is_not_begun(string message, params string[] more)
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, Classes);
        await Mexp.RunAsync("teach", "--teacher", TestModel.Path, "--data", faces, "-o", _folder["logits.csv"]);
        Mexp run = await Mexp.RunAsync(
            ["sweep", "--data", faces, "--holdout", "0.25", "--teacher-logits", _folder["logits.csv"], "--epochs", "1", "-o",
            _folder["sweep.csv"], .. more]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains(message, run.ErrorLines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["sweep.csv"]));
    }

    [Fact]
    public async Task A_sweep_without_a_teacher_draws_no_temperatures()
    {
        string faces = FaceFolder.Create(_folder, "faces", 6, Classes);
        string[] sweep = ["sweep", "--data", faces, "--holdout", "0.25", "--epochs", "1", "-o", _folder["sweep.csv"]];
        Mexp idle = await Mexp.RunAsync([.. sweep, "--temperatures", "4,8"]);
        Assert.Equal((ExitCode.WrongCommand, "mexp: temperatures need --teacher-logits"), (idle.ExitCode, idle.ErrorLines[^1]));
        foreach ((string[] more, string message) in new[]
        {
            (new[] { "--scale-by-temperature" }, "--scale-by-temperature says how to learn from a teacher; give --teacher-logits"),
            (["--squeezes", "1,4"], "--squeezes is for the paper's candidates, not for --architectures microexpnet"),
        })
        {
            Mexp refused = await Mexp.RunAsync([.. sweep, .. more]);
            Assert.Equal((ExitCode.WrongCommand, $"mexp: {message}"), (refused.ExitCode, refused.ErrorLines[^1]));
        }

        Mexp run = await Mexp.RunAsync(sweep);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(
            ["sweep-size.png", "sweep.csv"], _folder.Files.Where(file => file.StartsWith("sweep", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
    }
}
