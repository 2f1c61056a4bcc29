namespace MicroExpNet.Cli.Tests;

public sealed class PredictInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_gives_its_pictures_and_those_of_its_sub_folders_in_ordinal_order()
    {
        foreach (string name in new[] { "b.png", "B.JPG", "a/z.jpeg", "a/b/c.png", "a.txt", ".hidden.png", "c.gif.txt" })
        {
            _folder.Write(name, name.EndsWith("png", StringComparison.Ordinal) ? Pictures.Png() : Pictures.Jpeg());
        }

        Assert.Equal(["B.JPG", "a/b/c.png", "a/z.jpeg", "b.png"], await FilesOfAsync(_folder.Path));
    }

    [Fact]
    public async Task A_pattern_gives_what_matches_it()
    {
        foreach (string name in new[] { "1.png", "2.png", "2.jpg", "a/3.png", "a/b/4.png", "a/notes.txt" })
        {
            _folder.Write(name, Pictures.Png());
        }

        Assert.Equal(["1.png", "2.png"], await FilesOfAsync(_folder.Path + "/*.png"));
        Assert.Equal(["1.png", "2.png", "a/3.png", "a/b/4.png"], await FilesOfAsync(_folder.Path + "/**/*.png"));
        Assert.Equal(["a/3.png"], await FilesOfAsync(_folder.Path + "/*/*"));
        Assert.Equal(["a/3.png", "a/b/4.png"], await FilesOfAsync(_folder.Path + "/a/**"));
        Assert.Equal(["2.jpg", "2.png"], await FilesOfAsync(_folder.Path + "/2.*"));
    }

    [Fact]
    public async Task A_path_that_exists_is_no_pattern()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names");
        _folder.Write("*.png", Pictures.Png());
        _folder.Write("a.png", Pictures.Png());

        Assert.Equal(["*.png"], await FilesOfAsync(_folder.Path + "/*.png"));
    }

    [Fact]
    public async Task A_name_that_starts_with_a_dash_or_an_at_sign_is_a_file_like_any_other()
    {
        _folder.Write("-x.png", Pictures.Png());
        _folder.Write("@y.png", Pictures.Png());
        string before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = _folder.Path;
            Mexp run = await Mexp.RunAsync(
                "predict", "--model", TestModel.Path, "--format", "ndjson", "--no-face", "whole", "@y.png", "--", "-x.png");

            Assert.Equal("", run.Error);
            Assert.Equal(2, run.OutputLines.Length);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Fact]
    public async Task A_link_that_leads_in_a_circle_is_not_followed()
    {
        _folder.Write("a/1.png", Pictures.Png());
        Directory.CreateSymbolicLink(_folder["a/up"], _folder.Path);

        Assert.Equal(["a/1.png"], await FilesOfAsync(_folder.Path));
        Assert.Equal(["a/1.png"], await FilesOfAsync(_folder.Path + "/**/*.png"));
    }

    [Fact]
    public async Task A_dash_is_standard_input()
    {
        using MemoryStream input = new(Pictures.Png(33, 22));
        Mexp run = await Mexp.RunAsync(
            new MexpSurroundings { Input = input }, "predict", "-", "--model", TestModel.Path, "--format", "json");

        Assert.Equal("", run.Error);
        Assert.Equal("-", run.Json[0].GetProperty("file").GetString());
        Assert.Equal(33, run.Json[0].GetProperty("width").GetInt32());
    }

    [Fact]
    public async Task Sixty_pictures_on_four_threads_come_out_in_the_order_they_went_in()
    {
        for (int i = 0; i < 60; i++) _folder.Write($"{i:00}.png", Pictures.Png(16 + i, 16));
        FixedFaces uneven = new() { Seen = photo => Thread.Sleep(photo.Width % 7 * 3) };
        Mexp run = await Mexp.RunAsync(
            new MexpSurroundings { CreateDetector = (_, _) => uneven }, "predict", _folder.Path, "--model", TestModel.Path, "--format",
                "json", "--jobs", "4");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(Enumerable.Range(16, 60), run.Json.EnumerateArray().Select(item => item.GetProperty("width").GetInt32()));
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => _folder[$"{i:00}.png"]), run.Json.EnumerateArray()
            .Select(item => item.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task Only_a_few_pictures_are_worked_on_ahead_of_a_slow_one()
    {
        for (int i = 0; i < 60; i++) _folder.Write($"{i:00}.png", Pictures.Png(16 + i, 16));
        int seen = 0;
        using ManualResetEventSlim release = new();
        FixedFaces stuck = new()
        {
            Seen = photo =>
            {
                Interlocked.Increment(ref seen);
                if (photo.Width == 16) release.Wait();
            },
        };
        Task<Mexp> run = Mexp.RunAsync(
            new MexpSurroundings { CreateDetector = (_, _) => stuck }, "predict", _folder.Path, "--model", TestModel.Path, "--format",
                "json", "--jobs", "2");
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        int whileStuck = Volatile.Read(ref seen);
        release.Set();

        Assert.Equal(60, (await run).Json.GetArrayLength());
        Assert.InRange(whileStuck, 2, 8);
    }

    private async Task<IEnumerable<string>> FilesOfAsync(string path)
    {
        Mexp run = await Mexp.RunAsync("predict", path, "--model", TestModel.Path, "--format", "json", "--faces", "whole");
        Assert.Equal("", run.Error);
        return run.Json.EnumerateArray()
            .Select(item => Path.GetRelativePath(_folder.Path, item.GetProperty("file").GetString()!).Replace('\\', '/'));
    }
}
