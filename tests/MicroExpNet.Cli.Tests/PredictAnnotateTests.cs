using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

public sealed class PredictAnnotateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Annotated_copies_keep_the_sub_folders_of_a_folder_argument()
    {
        _folder.Write("in/a.png", Pictures.Png());
        _folder.Write("in/x/a.jpg", Pictures.Jpeg());
        _folder.Write("in/x/y/b.webp", Pictures.Encode(SKEncodedImageFormat.Webp, 64, 48));
        await AnnotateAsync(_folder["in"], "--annotate", _folder["drawn/here"]);

        Assert.Equal(["drawn/here/a.png", "drawn/here/x/a.jpg", "drawn/here/x/y/b.webp"], Drawn());
        using SKBitmap drawn = SKBitmap.Decode(_folder["drawn/here/a.png"]);
        Assert.True(drawn.Width > 64, "the panel stands beside the picture");
    }

    [Fact]
    public async Task Two_pictures_of_one_name_get_two_copies()
    {
        string first = _folder.Write("1/a.png", Pictures.Png());
        string second = _folder.Write("2/a.png", Pictures.Png());
        await AnnotateAsync(first, second, second, "--annotate", _folder["drawn"]);

        Assert.Equal(["drawn/a-2.png", "drawn/a-3.png", "drawn/a.png"], Drawn());
    }

    [Theory]
    [InlineData("in")]
    [InlineData("link")]
    public async Task An_input_is_never_written_over(string target)
    {
        byte[] original = Pictures.Png();
        _folder.Write("in/a.png", original);
        Directory.CreateSymbolicLink(_folder["link"], _folder["in"]);
        await AnnotateAsync(_folder["in/a.png"], "--annotate", _folder[target]);

        Assert.Equal(original, await File.ReadAllBytesAsync(_folder["in/a.png"], TestContext.Current.CancellationToken));
        Assert.True(File.Exists(_folder["in/a-2.png"]));
    }

    [Fact]
    public async Task An_input_is_never_written_over_through_a_link_in_the_folder_of_copies()
    {
        byte[] original = Pictures.Png();
        string path = _folder.Write("in/a.png", original);
        File.CreateSymbolicLink(_folder["out/a.png"], path);
        await AnnotateAsync(_folder["in"], "--annotate", _folder["out"]);

        Assert.Equal(original, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.True(File.Exists(_folder["out/a-2.png"]));
    }

    [Fact]
    public async Task A_second_run_does_not_read_the_copies_of_the_first()
    {
        _folder.Write("in/a.png", Pictures.Png());
        for (int i = 0; i < 2; i++)
        {
            Mexp run = await AnnotateAsync(_folder["in"], "--annotate", _folder["in/drawn"], "--format", "json");
            Assert.Equal(1, run.Json.GetArrayLength());
        }

        Assert.Equal(["in/a.png", "in/drawn/a.png"], _folder.Files);
    }

    [Fact]
    public async Task What_cannot_be_read_has_no_copy()
    {
        _folder.Write("in/a.png", [1, 2, 3]);
        Mexp run = await Mexp.RunAsync("predict", _folder["in/a.png"], "--model", TestModel.Path, "--annotate", _folder["drawn"]);

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Empty(Drawn());
    }

    [Fact]
    public async Task A_place_that_is_no_folder_is_a_wrong_command()
    {
        string picture = _folder.Write("a.png", Pictures.Png());
        Mexp run = await Mexp.RunAsync("predict", picture, "--model", TestModel.Path, "--annotate", picture);

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal([$"mexp: --annotate {picture}: it is a file"], run.ErrorLines);
    }

    [Fact]
    public async Task A_copy_that_cannot_be_written_is_that_pictures_failure_and_its_result_is_kept()
    {
        string picture = _folder.Write("in/x/a.png", Pictures.Png());
        _folder.Write("drawn/x", [1]);
        Mexp run = await Mexp.RunAsync(
            "predict", _folder["in"], "--model", TestModel.Path, "--annotate", _folder["drawn"], "--format", "json", "--no-face", "whole");

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.StartsWith(
            $"mexp: {picture}: its annotated copy cannot be written: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(1, run.Json[0].GetProperty("faces").GetArrayLength());
    }

    private static async Task<Mexp> AnnotateAsync(params string[] arguments)
    {
        Mexp run = await Mexp.RunAsync(
            MexpSurroundings.WithFaces(new FaceBox(5, 5, 30, 30)), ["predict", .. arguments, "--model", TestModel.Path]);
        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        return run;
    }

    private string[] Drawn() => [.. _folder.Files.Where(file => file.StartsWith("drawn", StringComparison.Ordinal))];
}
