using System.Diagnostics;
using System.Text.Json;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

/// <summary>Which films <c>mexp video</c> reads, several at once, and how a run that was ended goes on.</summary>
public sealed class VideoInputTests : IDisposable
{
    private const string Portrait = "-loop 1 -r 10 -i PHOTO -t 0.5 -pix_fmt yuv420p -c:v libx264";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Folders_and_patterns_give_their_films_and_any_number_of_jobs_the_same_table()
    {
        foreach (string name in new[] { "b.mp4", "a.mkv", "sub/c.mp4", "sub/.hidden.mp4" }) Film(name, Portrait);
        File.WriteAllText(_folder["notes.txt"], "no film");
        Film("sub/broken.mp4", Portrait);
        File.WriteAllText(_folder["sub/broken.mp4"], "no film");
        string[] found = [.. new[] { "a.mkv", "b.mp4", "sub/c.mp4" }.Select(name => _folder[name])];
        List<string> tables = [];
        foreach (string jobs in new[] { "1", "3" })
        {
            string csv = _folder[$"faces{jobs}.csv"];
            Mexp run = await Mexp.RunAsync("video", _folder.Path, "--min-face", "60", "-o", csv, "--jobs", jobs);
            Assert.Equal(ExitCode.InputFailed, run.ExitCode);
            string line = Assert.Single(run.ErrorLines);
            Assert.StartsWith($"mexp: '{_folder["sub/broken.mp4"]}' is not a film", line, StringComparison.Ordinal);
            tables.Add(File.ReadAllText(csv));
        }

        Assert.Equal(tables[0], tables[1]);
        Assert.Equal(found.SelectMany(film => Enumerable.Repeat(film, 5)), tables[0].Split('\n')[1..^1].Select(row => row.Split(',')[0]));

        Mexp pattern = await Mexp.RunAsync("video", _folder["**/*.mp4"], _folder["s*"], "--every", "5", "--min-face", "60");
        Assert.Equal(ExitCode.InputFailed, pattern.ExitCode);
        Assert.Contains(pattern.ErrorLines, line => line == $"mexp: {_folder["s*"]}: no film matches");
        Assert.Equal(
            [_folder["b.mp4"], _folder["sub/c.mp4"]],
            pattern.OutputLines.Where(line => line.StartsWith('/')).Select(line => line.Split(": ")[0]));
        Assert.DoesNotContain(_folder.Files, file => file.Contains("mexp-progress", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pipes_in_folders_of_films_and_of_reports_are_passed_over()
    {
        Film("in/a.mp4", Portrait);
        Directory.CreateDirectory(_folder["report"]);
        foreach (string pipe in new[] { "in/b.mp4", "report/pipe" })
        {
            await Process.Start("mkfifo", _folder[pipe]).WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.CreateSymbolicLink(_folder["report/link"], "nowhere");
        Mexp run = await Mexp.RunAsync("video", _folder["in"], "--min-face", "60", "--report", _folder["report"]);
        Assert.Equal(("", ExitCode.Success), (run.Error, run.ExitCode));
        Assert.True(File.Exists(_folder["report/index.html"]));
    }

    [Fact]
    public async Task A_folder_without_films_costs_one_line()
    {
        string folder = Directory.CreateDirectory(_folder["none"]).FullName;
        Mexp run = await Mexp.RunAsync("video", folder);
        Assert.Equal((ExitCode.InputFailed, $"mexp: {folder}: the folder holds no film"), (run.ExitCode, Assert.Single(run.ErrorLines)));
    }

    [Fact]
    public async Task Standard_input_is_a_film_whose_index_may_be_at_its_end()
    {
        byte[] film = File.ReadAllBytes(Film("film.mp4", Portrait));
        string[] arguments = ["--min-face", "60", "-o", _folder["f.ndjson"], "--report", _folder["report"], "--annotate", _folder["a.mp4"]];
        Mexp run = await Mexp.RunAsync(new MexpSurroundings { Input = new MemoryStream(film) }, ["video", "-", .. arguments]);
        Assert.Equal("", run.Error);
        Assert.StartsWith("standard input: 512×512 h264", run.Output, StringComparison.Ordinal);
        string[] rows = File.ReadAllLines(_folder["f.ndjson"]);
        Assert.Equal(5, rows.Length);
        Assert.All(rows, row => Assert.Equal("-", JsonDocument.Parse(row).RootElement.GetProperty("film").GetString()));
        Assert.Contains("\"source\":\"\"", File.ReadAllText(_folder["report/index.html"]), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["a.mp4"]));

        run = await Mexp.RunAsync(new MexpSurroundings { Input = new MemoryStream("no film"u8.ToArray()) }, "video", "-");
        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.StartsWith("mexp: standard input is not a film: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        run = await Mexp.RunAsync("video", "-", "-");
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.DoesNotContain(Directory.GetFiles(Path.GetTempPath(), "mexp-*.film"), file => File.GetLastWriteTime(file) > DateTime.Now);
    }

    [Fact]
    public async Task Numbered_pictures_are_a_film()
    {
        Film("shot%03d.png", "-loop 1 -i PHOTO -frames:v 3");
        Mexp run = await Mexp.RunAsync("video", _folder["shot%03d.png"], "--rate", "2", "--min-face", "60", "-o", _folder["f.csv"]);
        Assert.Equal("", run.Error);
        Assert.Equal(["0.000", "0.500", "1.000"], File.ReadLines(_folder["f.csv"]).Skip(1).Select(row => row.Split(',')[2]));
        run = await Mexp.RunAsync("video", _folder["none%d.png"]);
        Assert.Equal((ExitCode.InputFailed, $"mexp: {_folder["none%d.png"]}: no such file"), (run.ExitCode, Assert.Single(run.ErrorLines)));
    }

    [Fact]
    public async Task A_killed_run_goes_on_where_it_was_with_the_results_that_it_would_have_had()
    {
        string film = Film(
            "film.mkv", "-loop 1 -r 25 -i PHOTO -t 240 -vf crop=400:400:60+50*sin(t*2):20+20*cos(t*3) -pix_fmt yuv420p -c:v libx264 " +
            "-preset ultrafast");
        string[] names = ["f.csv", "e.csv", "s.json", "r/index.html"];
        string[] Arguments(string folder) =>
            ["video", film, "--min-face", "60", "--size", "256", "-o", _folder[$"{folder}/f.csv"], "--events", _folder[$"{folder}/e.csv"],
                "--summary", _folder[$"{folder}/s.json"], "--report", _folder[$"{folder}/r"]];
        Mexp whole = await Mexp.RunAsync(Arguments("whole"));
        Assert.Equal("", whole.Error);

        string journals = _folder["killed/.f.csv.mexp-progress"];
        using (Process killed = MexpProcess.Start(Arguments("killed")))
        {
            // The first block comes after two seconds; half a second later it is whole.
            const int head = 100;
            while (!killed.HasExited &&
                !(Directory.Exists(journals) && Directory.GetFiles(journals).Sum(file => new FileInfo(file).Length) > head))
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            await Task.Delay(500, TestContext.Current.CancellationToken);
            bool hasEnded = killed.HasExited;
            killed.Kill();
            Assert.False(hasEnded, await killed.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(_folder.Files, file => file == "killed/f.csv");
        Mexp second = await Mexp.RunAsync(Arguments("killed"));
        Assert.Equal(ExitCode.Success, second.ExitCode);
        Assert.Matches($"^mexp: .*: went on from [0-9]+:[0-9.]+$", Assert.Single(second.ErrorLines));
        foreach (string name in names)
        {
            Assert.Equal(
                File.ReadAllText(_folder[$"whole/{name}"]).Replace("../whole", "", StringComparison.Ordinal),
                File.ReadAllText(_folder[$"killed/{name}"]).Replace("../killed", "", StringComparison.Ordinal));
        }

        Assert.False(Directory.Exists(journals));
    }

    [Fact]
    public async Task Ctrl_C_keeps_what_is_done_and_the_same_command_goes_on()
    {
        string part = Film("part.mkv", "-loop 1 -r 25 -i PHOTO -t 80 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -vf scale=256:256");

        // Half an hour: the signal comes long before its end, however busy the machine is.
        string film = Film("film.mkv", $"-stream_loop 24 -i {part} -c copy");
        string csv = _folder["f.csv"];
        using Process run = MexpProcess.Start("video", film, "--min-face", "40", "-o", csv);
        string temporary = _folder[".f.csv.mexp-tmp"];
        while (!run.HasExited && !(File.Exists(temporary) && new FileInfo(temporary).Length > 5000))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await MexpProcess.SignalAsync(run, "INT");
        string error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        Assert.Matches(": stopped at .*; what was done until then is written, and the same command goes on from there\n$", error);
        int rows = File.ReadLines(csv).Count() - 1;
        Assert.InRange(rows, 10, 49_999);

        // With other options nothing is gone on with; a part of the film is enough to see it.
        Mexp other = await Mexp.RunAsync("video", film, "--min-face", "41", "-o", csv, "--to", "0.2");
        Assert.Equal(("", 5), (other.Error, File.ReadLines(csv).Count() - 1));
    }

    [Fact]
    public async Task A_film_that_is_touched_while_others_are_analysed_keeps_its_rows()
    {
        const string moving = "-loop 1 -r 25 -i PHOTO -vf crop=400:400:60+50*sin(t*2):20 -pix_fmt yuv420p -c:v libx264 -preset ultrafast";
        string first = Film("a.mkv", moving + " -t 40"), second = Film("b.mkv", moving + " -t 0.4"), csv = _folder["f.csv"];
        Task<Mexp> run = Mexp.RunAsync("video", first, second, "--min-face", "60", "--jobs", "2", "-o", csv);
        string journals = _folder[".f.csv.mexp-progress"];

        // The second one's frames are in its journal, and the first one is not done.
        const int head = 100;
        while (!run.IsCompleted &&
            !(Directory.Exists(journals) && Directory.GetFiles(journals).Any(file => new FileInfo(file).Length > head)))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        File.SetLastWriteTimeUtc(second, DateTime.UtcNow.AddHours(1));
        Mexp ended = await run;
        Assert.Equal((ExitCode.Success, ""), (ended.ExitCode, ended.Error));
        Assert.Equal(10, File.ReadLines(csv).Count(row => row.StartsWith(second, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_done_of_a_film_stays_until_the_film_is_back()
    {
        string film = Film("film.mkv", "-loop 1 -r 25 -i PHOTO -t 1 -pix_fmt yuv420p -c:v libx264"), csv = _folder["f.csv"];
        string journals = Directory.CreateDirectory(_folder[".f.csv.mexp-progress"]).FullName;
        await Mexp.RunAsync("video", film, "--min-face", "60", "-o", csv, "--ffmpeg", EndedOnce("ffmpeg"));
        string journal = Assert.Single(Directory.GetFiles(journals));
        long length = new FileInfo(journal).Length;

        File.Move(film, film + ".away");
        Assert.Equal(ExitCode.InputFailed, (await Mexp.RunAsync("video", film, "--min-face", "60", "-o", csv)).ExitCode);
        Assert.Equal(length, new FileInfo(journal).Length);

        File.Move(film + ".away", film);
        Mexp last = await Mexp.RunAsync("video", film, "--min-face", "60", "-o", csv, "--ffmpeg", EndedOnce("ffmpeg"));
        Assert.Equal((ExitCode.Success, 25), (last.ExitCode, File.ReadLines(csv).Count() - 1));
        Assert.False(Directory.Exists(journals));
    }

    [Fact]
    public async Task A_probe_that_is_ended_says_so_and_not_that_there_is_no_film()
    {
        string film = Film("film.mkv", Portrait), csv = _folder["f.csv"], bin = EndedOnce("ffprobe");
        Mexp run = await Mexp.RunAsync("video", film, "--min-face", "60", "-o", csv, "--ffmpeg", bin);
        Assert.Equal(
            (ExitCode.InputFailed, $"mexp: '{film}': ffprobe was killed by signal 9"), (run.ExitCode, Assert.Single(run.ErrorLines)));
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync("video", film, "--min-face", "60", "-o", csv, "--ffmpeg", bin)).ExitCode);
    }

    // FFmpeg's programs, of which one is killed the first time: after four frames of 512x512 pixels, or at once.
    private string EndedOnce(string program) => TestFilm.WithScript(_folder["bin"], program, real =>
        $"[ -e {_folder["was"]} ] && exec {real} \"$@\"\ntouch {_folder["was"]}\n" +
            $"{real} \"$@\" | head -c {4 * 512 * 512}\nkill -9 $$");

    private string Film(string name, string options) => TestFilm.Write(_folder[name], options);
}
