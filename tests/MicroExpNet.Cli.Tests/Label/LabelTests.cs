using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Cli.Label;
using MicroExpNet.Models;
using MicroExpNet.Tests;
using Parquet;
using Parquet.Schema;

namespace MicroExpNet.Cli.Tests.Label;

public sealed class LabelTests : IDisposable
{
    private readonly LabelFolder _label = new();

    public void Dispose() => _label.Dispose();

    [Fact]
    public async Task Every_kind_of_source_gives_a_row_for_each_face_and_picture_in_order()
    {
        string[] photos = _label.Pictures(5);
        _label.Folder.Write("photos/notes.md", [1]);
        _label.Folder.Write("photos/.hidden.png", [1]);
        string list = _label.List("list.txt", ["photos/0003.png", "", "photos/gone.png", photos[0]]);
        string csv = _label.List("list.csv", ["id,path", "1,photos/0002.png", "2,\"photos/0004.png\""]);
        string headless = _label.List("plain.csv", ["7;photos/0001.png", "8;photos/0000.png"]);
        string parquet = await WriteParquetAsync("photos/0001.png", "photos/0000.png");
        string zip = _label.Folder["a.zip"], tar = _label.Folder["b.tar"], compressed = _label.Folder["c.tar.gz"];
        using (ZipArchive archive = ZipFile.Open(zip, ZipArchiveMode.Create))
        {
            archive.CreateEntryFromFile(photos[1], "x/1.png");
            archive.CreateEntryFromFile(photos[2], "__MACOSX/._1.png");
            archive.CreateEntryFromFile(list, "list.txt");
            archive.CreateEntryFromFile(photos[0], "x/0.png");
        }

        WriteTar(File.Create(tar), photos[0], "0001.jpg", "0001.cls", "0002.jpg");
        WriteTar(new GZipStream(File.Create(compressed), CompressionLevel.Fastest), photos[0], "9.png");
        string folder = Path.GetDirectoryName(photos[0])!;
        photos = [.. photos, _label.Folder.Write("apart.png", Tests.Pictures.Png())];

        Mexp run = await _label.LabelAsync(folder, list, csv, headless, parquet, zip, tar, compressed, photos[5], "--unit", "2");

        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        string[] expected =
            [
                .. photos[..5], "photos/0003.png", "photos/gone.png", photos[0], "photos/0002.png", "photos/0004.png", "photos/0001.png",
                "photos/0000.png", "photos/0001.png", "photos/0000.png", $"{zip}/x/1.png", $"{zip}/x/0.png", $"{tar}/0001.jpg",
                $"{tar}/0002.jpg", $"{compressed}/9.png", photos[5],
            ];
        Assert.Equal(expected, await _label.FilesOfRowsAsync());
        Assert.Equal(12, _label.Parts.Length);
        Assert.Empty(_label.Leftovers);
        object?[] gone = Assert.Single(LabelFolder.Query($"SELECT * FROM '{_label.Output}/*.parquet' WHERE error IS NOT NULL"));
        Assert.Equal("photos/gone.png: no such file", gone[^1]);
        Assert.All(gone[1..^1], Assert.Null);
        Assert.Equal(0, (await Mexp.RunAsync("label", "--verify", _label.Output)).ExitCode);
    }

    [Fact]
    public async Task A_film_has_rows_with_frames_times_and_tracks()
    {
        using TestFilm films = new();
        string film = films.Make("film.mp4", "-loop 1 -i PHOTO -t 0.4 -r 10 -vf scale=256:256 -pix_fmt yuv420p");
        string still = _label.Pictures(1)[0];

        Mexp run = await _label.LabelAsync(still, film, "--faces", "whole");

        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        object?[][] rows = LabelFolder.Query(
            $"SELECT frame, time, track, width, expression FROM '{_label.Output}/*.parquet' WHERE file = '{film}' ORDER BY frame");
        Assert.Equal([0L, 1L, 2L, 3L], rows.Select(row => (long)row[0]!));
        Assert.Equal([0, 0.1, 0.2, 0.3], rows.Select(row => Math.Round((double)row[1]!, 3)));
        Assert.All(rows, row => Assert.Equal(256, row[3]));
        Assert.Equal(2, _label.Parts.Length);
        Assert.Equal(0, (await Mexp.RunAsync("label", "--verify", _label.Output)).ExitCode);
    }

    [Fact]
    public async Task Formats_hold_the_same_rows()
    {
        string folder = Path.GetDirectoryName(_label.Pictures(9)[0])!;
        _label.Folder.Write("photos/bad, \"very\".jpg", [1, 2, 3]);
        List<string[]> tables = [];
        foreach (string format in new[] { "parquet", "csv", "ndjson" })
        {
            Mexp run = await Mexp.RunAsync(
                MexpSurroundings.WithFaces(new FaceBox(3, 4, 20, 20), new FaceBox(9, 5, 8, 8)), "label", folder, "--unit", "4", "--model",
                TestModel.Path, "--format", format, "-o", _label.Folder[$"{format}/x"]);
            Assert.Equal(ExitCode.Success, run.ExitCode);
            Mexp verified = await Mexp.RunAsync("label", "--verify", _label.Folder[$"{format}/x"]);
            Assert.Equal("3 of 3 parts are whole, with 19 rows; 0 are not, 0 are missing\n", verified.Output);
            Mexp merged = await Mexp.RunAsync("label", "--merge", _label.Folder[$"{format}/x"], "-o", _label.Folder[$"{format}/all.csv"]);
            Assert.Equal(ExitCode.Success, merged.ExitCode);
            tables.Add(File.ReadAllLines(_label.Folder[$"{format}/all.csv"]));
            JsonElement status = (await Mexp.RunAsync("label", "--status", _label.Folder[$"{format}/x"], "--json")).Json;
            Assert.Equal((3, 10, 19, 18, 1), (
                status.GetProperty("units_done").GetInt32(), status.GetProperty("pictures").GetInt32(), status.GetProperty("rows")
                    .GetInt32(),
                status.GetProperty("faces").GetInt32(), status.GetProperty("errors").GetInt32()));
        }

        Assert.Equal(20, tables[0].Length);
        Assert.Equal(tables[0], tables[1]);
        Assert.Equal(tables[0], tables[2]);
        JsonElement summary = JsonDocument.Parse(File.ReadAllText(_label.Folder["csv/all.summary.json"])).RootElement;
        Assert.Equal(18, summary.GetProperty("faces_by_expression").EnumerateObject().Sum(one => one.Value.GetInt32()));
        Assert.Equal("not a picture", Assert.Single(summary.GetProperty("errors_by_kind").EnumerateObject()).Name);
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task A_class_that_is_called_like_a_column_or_another_class_has_a_column_of_its_own(string format)
    {
        string[] labels = ["file", "x", "Score", "error", "class_x", "calm", "Calm", "time", "eyes", "probabilities", "frame", "track"];
        string[] names = [
            "class_file", "class_class_x", "class_Score", "class_error", "class_x", "calm", "class_Calm", "class_time", "eyes",
            "probabilities", "class_frame", "class_track"];
        Model model = TestModel.Create(OriginalArchitectures.MicroExpNet(labels: [.. labels]));
        model.Save(_label.Folder["own.onnx"]);
        _label.Model = _label.Folder["own.onnx"];
        Assert.Equal(
            ExitCode.Success, (await _label.LabelAsync(Path.GetDirectoryName(_label.Pictures(3)[0])!, "--format", format)).ExitCode);
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync("label", "--verify", _label.Output)).ExitCode);
        string part = Path.Combine(_label.Output, _label.Parts.Single(name => name.StartsWith("part-", StringComparison.Ordinal)));
        foreach (string merged in new[] { "all.parquet", "all.csv" })
        {
            Assert.Equal(
                ExitCode.Success, (await Mexp.RunAsync("label", "--merge", _label.Output, "-o", _label.Folder[merged])).ExitCode);
        }

        string[] tables = [_label.Folder["all.parquet"], _label.Folder["all.csv"], .. format == "ndjson" ? [] : (string[])[part]];
        foreach (string table in tables)
        {
            string[] columns = [.. LabelFolder.Query($"DESCRIBE SELECT * FROM '{table}'").Select(row => (string)row[0]!)];
            Assert.Equal([.. names, "error"], columns[18..]);
            Assert.Equal(columns.Length, columns.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            string sum = string.Join(" + ", names);
            Assert.All(
                LabelFolder.Query($"SELECT {sum} FROM '{table}'"),
                row => Assert.Equal(1, Convert.ToDouble(row[0], CultureInfo.InvariantCulture), 1e-5));
        }

        if (format != "ndjson") return;
        using JsonDocument line = JsonDocument.Parse(File.ReadLines(part).First());
        Assert.Equal(labels, line.RootElement.GetProperty("probabilities").EnumerateObject().Select(one => one.Name));
        string[] members = [.. line.RootElement.EnumerateObject().Select(one => one.Name)];
        Assert.Equal(members.Distinct(), members);
    }

    [Fact]
    public async Task An_answer_of_a_web_server_that_breaks_off_is_asked_for_again()
    {
        using SlowServer server = new();
        string list = _label.List("urls.txt", [$"{server.Url}/cut.png", $"{server.Url}/gone.png", $"{server.Url}/file.png"]);
        Mexp run = await _label.LabelAsync(list);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        await _label.FilesOfRowsAsync();
        Assert.Equal(
            [
                [null], [$"{server.Url}/gone.png: the server answers 404 NotFound"],
                [$"{server.Url}/file.png: the server redirects to an address that is not http:// or https://"],
            ],
            LabelFolder.Query($"SELECT error FROM '{_label.Folder["merged.parquet"]}'"));
    }

    [Fact]
    public async Task What_exists_is_passed_over_and_what_is_missing_is_done_again()
    {
        string list = _label.List("list.txt", _label.Pictures(10));
        await _label.LabelAsync(list, "--unit", "3");
        Dictionary<string, string> first = Contents();
        Assert.Equal(4, first.Count);
        File.Delete(Path.Combine(_label.Output, _label.Parts[2]));

        int seen = 0;
        MexpSurroundings counting = new()
        {
            CreateDetector = (_, _) => new FixedFaces(new FaceBox(5, 4, 20, 20)) { Seen = _ => Interlocked.Increment(ref seen) },
        };
        Mexp again = await _label.LabelAsync(counting, list, "--unit", "3");

        Assert.Equal("3 of 4 units are done already", again.OutputLines[0]);
        Assert.Equal(3, seen);
        Assert.Equal(first, Contents());
    }

    [Fact]
    public async Task Shards_do_each_unit_once_and_give_what_one_worker_gives()
    {
        string[] photos = _label.Pictures(23);
        string list = _label.List("list.txt", photos);
        for (int i = 1; i <= 3; i++) Assert.Equal(0, (await _label.LabelAsync(list, "--unit", "2", "--shard", $"{i}/3")).ExitCode);
        Dictionary<string, string> sharded = Contents();
        Assert.Equal(photos, await _label.FilesOfRowsAsync());

        Directory.Delete(_label.Output, recursive: true);
        await _label.LabelAsync(list, "--unit", "2");
        Assert.Equal(sharded, Contents());
    }

    [Fact]
    public async Task Units_that_are_executed_several_times_at_once_appear_once()
    {
        string[] photos = _label.Pictures(40);
        string list = _label.List("list.txt", photos);

        Mexp[] runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _label.LabelAsync(list, "--unit", "4")));

        Assert.All(runs, run => Assert.Equal("", run.Error));
        Assert.Equal(10, _label.Parts.Length);
        Assert.Equal(photos, await _label.FilesOfRowsAsync());
        Assert.Empty(_label.Leftovers);
    }

    [Fact]
    public async Task A_plan_that_another_worker_writes_stays_and_one_of_a_killed_worker_goes()
    {
        string list = _label.List("list.txt", _label.Pictures(4));
        string now = _label.Folder.Write($"out/{LabelFolders.Temporary}plan.1{PendingFile.Suffix}", [1]);
        string old = _label.Folder.Write($"out/{LabelFolders.Temporary}plan.2{PendingFile.Suffix}", [1]);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-1));

        Mexp run = await _label.LabelAsync(list);

        Assert.Equal("", run.Error);
        Assert.Equal((true, false), (File.Exists(now), File.Exists(old)));
    }

    [Fact]
    public async Task A_folder_that_changed_is_labelled_anew_where_it_changed()
    {
        string[] photos = _label.Pictures(4);
        string folder = Path.GetDirectoryName(photos[0])!;
        await _label.LabelAsync(folder, "--unit", "2");
        string[] before = _label.Parts;
        _label.Folder.Write("photos/0004.png", Tests.Pictures.Png());
        File.SetLastWriteTimeUtc(photos[3], DateTime.UtcNow.AddHours(1));

        Mexp run = await _label.LabelAsync(folder, "--unit", "2");

        Assert.Equal("1 of 3 units are done already", run.OutputLines[0]);
        string[] now = [.. photos, _label.Folder["photos/0004.png"]];
        Assert.Equal(now, await _label.FilesOfRowsAsync());
        Assert.Equal("mexp: " + _label.Output + " holds 1 parts of another model, other options or other pictures; "
            + $"'mexp label --prune {_label.Output}' removes them", run.ErrorLines[0]);

        // Workers of an array share the plan that is there, until it is made anew.
        _label.Folder.Write("photos/0005.png", Tests.Pictures.Png());
        Assert.StartsWith(
            "mexp: the plan that is there is used", (await _label.LabelAsync(folder, "--unit", "2", "--shard", "1/2")).ErrorLines[0],
            StringComparison.Ordinal);
        Assert.Equal(
            "3 units, 2 of them done: 6 pictures and films, 0 archives\n",
                (await _label.LabelAsync(folder, "--unit", "2", "--plan")).Output);
        Assert.Equal("2 parts removed\n", (await Mexp.RunAsync("label", "--prune", _label.Output)).Output);
        Assert.Equal(2, _label.Parts.Length);
    }

    [Theory]
    [InlineData("other options (--no-face whole)")]
    [InlineData("other sources, or another --unit, --column or --root", "--no-face", "whole", "--unit", "3")]
    [InlineData("another format", "--no-face", "whole", "--unit", "2", "--format", "csv")]
    public async Task A_worker_with_other_options_than_the_plan_says_so(string difference, params string[] options)
    {
        string list = _label.List("list.txt", _label.Pictures(6));
        string[] plan = ["--no-face", "whole", "--unit", "2"];
        Mexp made = await _label.LabelAsync([list, .. plan, "--plan"]);
        Assert.Equal((ExitCode.Success, ""), (made.ExitCode, made.Error));
        Assert.Equal("", (await _label.LabelAsync([list, .. plan, "--shard", "1/2"])).Error);

        Mexp run = await _label.LabelAsync([list, .. options, "--shard", "2/2"]);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal($"mexp: the plan that is there is for {difference}; this worker makes its own", run.ErrorLines[0]);
    }

    [Fact]
    public async Task A_changed_model_gives_parts_of_its_own()
    {
        string list = _label.List("list.txt", _label.Pictures(6));
        await _label.LabelAsync(list, "--unit", "2");
        string[] first = _label.Parts;

        Model model = TestModel.Create(OriginalArchitectures.MicroExpNet());
        model.WithCard(model.Card with { PixelScale = 1 }).Save(_label.Model = _label.Folder["other.onnx"]);
        Mexp run = await _label.LabelAsync(list, "--unit", "2");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(6, _label.Parts.Length);
        JsonElement status = (await Mexp.RunAsync("label", "--status", _label.Output, "--json")).Json;
        Assert.Equal((3, 3), (status.GetProperty("units_done").GetInt32(), status.GetProperty("parts_of_other_plans").GetInt32()));
        Assert.Equal(6, (await _label.FilesOfRowsAsync()).Length);

        // Back to the first one, whose parts are still there.
        _label.Model = TestModel.Path;
        Assert.Equal("3 of 3 units are done already", (await _label.LabelAsync(list, "--unit", "2")).OutputLines[0]);
        await Mexp.RunAsync("label", "--prune", _label.Output);
        Assert.Equal(first, _label.Parts);
    }

    [Fact]
    public async Task Verify_finds_parts_that_are_cut_changed_exchanged_or_missing()
    {
        string list = _label.List("list.txt", _label.Pictures(10));
        await _label.LabelAsync(list, "--unit", "2");
        string[] parts = [.. _label.Parts.Select(name => Path.Combine(_label.Output, name))];
        byte[] cut = File.ReadAllBytes(parts[0]);
        File.WriteAllBytes(parts[0], cut[..^20]);
        ChangeARow(parts[1]);
        File.Copy(parts[3], parts[2], overwrite: true);
        File.Delete(parts[4]);

        Mexp run = await Mexp.RunAsync("label", "--verify", _label.Output);

        Assert.Equal(ExitCode.InputFailed, run.ExitCode);
        Assert.Matches(@"^1 of 5 parts are whole, with \d+ rows; 3 are not, 1 are missing\n$", run.Output);
        string[] lines = [.. run.ErrorLines.Order(StringComparer.Ordinal)];
        Assert.Contains("part-000000", lines[0], StringComparison.Ordinal);
        Assert.Contains("not a whole Parquet file", lines[0], StringComparison.Ordinal);
        Assert.Contains("part-000001", lines[1], StringComparison.Ordinal);
        Assert.Contains("its rows are not those that were written", lines[1], StringComparison.Ordinal);
        Assert.Contains("the part of another unit", lines[2], StringComparison.Ordinal);

        foreach (string bad in parts[..3]) File.Delete(bad);
        await _label.LabelAsync(list, "--unit", "2");
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync("label", "--verify", _label.Output)).ExitCode);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public async Task A_part_that_lacks_lines_is_not_merged(string format)
    {
        await _label.LabelAsync(_label.List("list.txt", _label.Pictures(6)), "--unit", "3", "--format", format);
        string part = Path.Combine(_label.Output, _label.Parts[1]);
        File.WriteAllLines(part, File.ReadAllLines(part)[..^1]);

        await AssertNotMergedAsync($"mexp: {_label.Parts[1]}: rows of 2 pictures; expected 3; delete it and label again");
    }

    [Fact]
    public async Task A_part_that_was_changed_is_not_merged()
    {
        await _label.LabelAsync(_label.List("list.txt", _label.Pictures(6)), "--unit", "3");
        ChangeARow(Path.Combine(_label.Output, _label.Parts[1]));

        await AssertNotMergedAsync($"mexp: {_label.Parts[1]}: its rows are not those that were written; delete it and label again");
    }

    [Fact]
    public async Task A_part_says_what_made_it()
    {
        await _label.LabelAsync(_label.Pictures(3)[0], "--no-face", "whole");
        using FileStream part = File.OpenRead(Path.Combine(_label.Output, _label.Parts[0]));
        JsonElement said = JsonDocument.Parse(ParquetLabelReader.ReadMetadata(part)).RootElement;
        Assert.Equal(1, said.GetProperty("schema").GetInt32());
        Assert.Equal(TestModel.Path, said.GetProperty("model").GetString());
        Assert.Equal("--no-face whole", said.GetProperty("options").GetString());
        Assert.Equal((1, 1), (said.GetProperty("pictures").GetInt32(), said.GetProperty("rows").GetInt32()));
    }

    [Fact]
    public async Task An_archive_that_is_broken_or_gone_is_a_row()
    {
        string[] photos = _label.Pictures(2);
        string zip = _label.Folder.Write("a.zip", [1, 2, 3]), tar = _label.Folder["b.tar"];
        WriteTar(File.Create(tar), photos[0], "0.png", "1.png");
        byte[] whole = File.ReadAllBytes(tar);
        File.WriteAllBytes(tar, whole[..(whole.Length / 2)]);

        Mexp run = await _label.LabelAsync(zip, tar);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        object?[][] rows = LabelFolder.Query($"SELECT file, error FROM '{_label.Output}/*.parquet' ORDER BY file, error NULLS FIRST");
        Assert.Equal([zip, tar, $"{tar}/0.png"], rows.Select(row => (string)row[0]!).Order(StringComparer.Ordinal));
        Assert.Contains("the archive is broken or cut short", (string)rows[0][1]!, StringComparison.Ordinal);
        Assert.Equal(0, (await Mexp.RunAsync("label", "--verify", _label.Output)).ExitCode);
    }

    [Theory]
    [InlineData(new[] { "gone/" }, "mexp: gone/: no such file or folder")]
    [InlineData(new[] { "DIR" }, "mexp: DIR: no pictures, archives or films in this folder")]
    [InlineData(new[] { "DIR/empty.txt" }, "mexp: DIR/empty.txt: the list is empty")]
    [InlineData(new[] { "DIR/a.doc" }, "mexp: DIR/a.doc: expected a picture, a film, an archive")]
    [InlineData(new[] { "DIR/t.csv" }, "mexp: DIR/t.csv: no column of paths or URLs; its columns are a, b; name one with --column")]
    [InlineData(new[] { "DIR/t.csv", "--column", "c" }, "mexp: DIR/t.csv: no column c; its columns are a, b")]
    [InlineData(new[] { "DIR/t.csv", "--shard", "0/3" }, "mexp: --shard 0/3: expected a share, 1/10 to 10/10 for ten workers")]
    [InlineData(new[] { "DIR/t.csv", "--every", "x" }, "mexp: --every x: expected a number of frames, such as 5, or seconds, such as 0.5s")]
    [InlineData(new[] { "DIR/t.csv", "--column", "b", "--root", "DIR/gone" }, "mexp: --root DIR/gone: no such folder")]
    [InlineData(new[] { "DIR/t.csv", "--column", "b", "--root", "DIR/t.csv" }, "mexp: --root DIR/t.csv: a file; expected a folder")]
    [InlineData(new[] { "DIR/utf16.txt" }, "mexp: DIR/utf16.txt: not a list in UTF-8: a NUL character in it; save it as UTF-8")]
    [InlineData(new[] { "DIR/broken.parquet" }, "mexp: DIR/broken.parquet: not a whole Parquet file")]
    public async Task A_wrong_source_is_one_line(string[] arguments, string line)
    {
        _label.List("empty.txt", ["", ""]);
        _label.List("a.doc", ["x"]);
        _label.List("t.csv", ["a,b", "1,2"]);
        _label.Folder.Write("utf16.txt", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("a.png\n")).ToArray());
        _label.Folder.Write("broken.parquet", [1, 2, 3, 4]);

        Mexp run = await _label.LabelAsync(
            [.. arguments.Select(argument => argument.Replace("DIR", _label.Folder.Path, StringComparison.Ordinal))]);

        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.StartsWith(line.Replace("DIR", _label.Folder.Path, StringComparison.Ordinal), run.ErrorLines[0], StringComparison.Ordinal);
        Assert.InRange(run.ErrorLines.Length, 1, 2);
        Assert.Empty(_label.Parts);
        Assert.Empty(_label.Leftovers);
    }

    [Theory]
    [InlineData("--status x --verify", "--status and --verify exclude each other")]
    [InlineData("--merge x", "--merge needs --output FILE")]
    [InlineData("x", "label needs --output OUT")]
    [InlineData("--status x y", "--status takes one output")]
    [InlineData("--status nowhere", "nowhere: no run of 'mexp label' was started there")]
    [InlineData("--merge nowhere -o a.doc", "--output a.doc: the name must end in .parquet, .csv or .ndjson")]
    public async Task A_wrong_command_is_one_line(string arguments, string line)
    {
        Mexp run = await Mexp.RunAsync(["label", .. arguments.Split(' ')]);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal($"mexp: {line}", run.ErrorLines[0]);
    }

    [Fact]
    public async Task A_merge_replaces_none_of_its_parts()
    {
        _label.Folder.Write("in/a.png", Pictures.Png());
        await _label.LabelAsync(_label.Folder["in"]);
        string part = Path.Combine(_label.Output, _label.Parts.Single(name => name.StartsWith("part-", StringComparison.Ordinal)));
        Dictionary<string, string> before = Contents();
        Mexp merged = await Mexp.RunAsync("label", "--merge", _label.Output, "-o", part);
        Assert.Equal(ExitCode.WrongCommand, merged.ExitCode);
        Assert.Equal(
            $"mexp: --output {part}: {part}, which is read, would be replaced; name another file", Assert.Single(merged.ErrorLines));
        Assert.Equal(before, Contents());
    }

    // With the line that --verify has.
    private async Task AssertNotMergedAsync(string line)
    {
        Mexp verified = await Mexp.RunAsync("label", "--verify", _label.Output);
        Mexp merged = await Mexp.RunAsync("label", "--merge", _label.Output, "-o", _label.Folder["all.csv"]);
        Assert.Equal((ExitCode.InputFailed, ""), (merged.ExitCode, merged.Output));
        Assert.Equal([line], merged.ErrorLines);
        Assert.Equal([line], verified.ErrorLines);
        Assert.DoesNotContain(_label.Folder.Files, file => file.StartsWith("all", StringComparison.Ordinal));
    }

    private Dictionary<string, string> Contents() =>
        _label.Parts.ToDictionary(name => name, name => Convert.ToHexString(File.ReadAllBytes(Path.Combine(_label.Output, name))));

    // As a program would that opens the table and writes it again.
    private static void ChangeARow(string part)
    {
        string[] labels = [.. ExpressionScores.Names];
        using MemoryStream content = new(File.ReadAllBytes(part)), changed = new();
        string metadata = ParquetLabelReader.ReadMetadata(content);
        content.Position = 0;
        LabelRow[] rows = [.. ParquetLabelReader.Read(content, labels)];
        ParquetLabelWriter writer = new(changed, labels);
        foreach (LabelRow row in rows) writer.Write(row == rows[1] ? row with { Width = 7 } : row);
        writer.Complete(metadata);
        File.WriteAllBytes(part, changed.ToArray());
    }

    private static void WriteTar(Stream stream, string picture, params string[] names)
    {
        using Stream taken = stream;
        using TarWriter archive = new(taken);
        foreach (string name in names) archive.WriteEntry(picture, name);
    }

    private async Task<string> WriteParquetAsync(params string[] paths)
    {
        string path = _label.Folder["list.parquet"];
        DataField<int> number = new("number");
        DataField<string> file = new("image_path");
        using FileStream stream = File.Create(path);
        ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(number, file), stream, cancellationToken: TestContext.Current.CancellationToken);
        using (ParquetRowGroupWriter group = writer.CreateRowGroup())
        {
            await group.WriteAsync<int>(number, Enumerable.Range(0, paths.Length).ToArray());
            await group.WriteAsync(file, paths);
        }

        await writer.DisposeAsync();
        return path;
    }
}
