using System.Buffers.Binary;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MicroExpNet.Cli.Label;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>Sources and outputs in an object store.</summary>
public sealed class ObjectStoreTests : IClassFixture<ObjectServer>, IDisposable
{
    private readonly ObjectServer _server;
    private readonly TemporaryFolder _folder = new();
    private readonly string _bucket = $"bucket-{Guid.NewGuid():N}";

    public ObjectStoreTests(ObjectServer server) => _server = server;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Objects_lists_and_archives_of_a_bucket_are_labelled_into_a_bucket()
    {
        for (int i = 0; i < 11; i++) _server.Put($"{_bucket}/in/{i:00}.png", Pictures.Png(seed: i));
        _server.Put($"{_bucket}/in/notes.txt", "x"u8.ToArray());
        _server.Put($"{_bucket}/lists/list.txt", Encoding.UTF8.GetBytes("03.jpg\ngone.jpg\ns3://" + _bucket + "/in/05.png\n"));
        _server.Put($"{_bucket}/lists/03.jpg", Pictures.Jpeg());
        _server.Put($"{_bucket}/shards/a.tar", Tar("1.png", "2.png"));
        _server.Put($"{_bucket}/shards/b.zip", Zip("3.png"));

        Mexp run = await LabelAsync(Url("in"), Url("lists/list.txt"), Url("shards/a.tar"), Url("shards/b.zip"));

        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        Assert.Equal(6, Parts.Length);
        Assert.Equal(
            "6 of 6 parts are whole, with 17 rows; 0 are not, 0 are missing\n",
            (await Mexp.RunAsync("label", "--verify", Url("out"))).Output);
        string[] expected =
            [
                .. Enumerable.Range(0, 11).Select(i => Url($"in/{i:00}.png")), "03.jpg", "gone.jpg", Url("in/05.png"),
                Url("shards/a.tar") + "/1.png", Url("shards/a.tar") + "/2.png", Url("shards/b.zip") + "/3.png",
            ];
        Assert.Equal(expected, await FilesOfRowsAsync());
        Assert.DoesNotContain(
            _server.Objects.Keys, name => name.StartsWith($"{_bucket}/out/{LabelFolders.Tries}", StringComparison.Ordinal));
        Assert.Contains(
            "\"units_done\": 6", (await Mexp.RunAsync("label", "--status", Url("out"), "--json")).Output, StringComparison.Ordinal);

        // The same again puts no part.
        int before = PutsOfParts().Length;
        Assert.Equal("6 of 6 units are done already", (await LabelAsync(
            Url("in"), Url("lists/list.txt"), Url("shards/a.tar"), Url("shards/b.zip"))).OutputLines[0]);
        Assert.Equal(before, PutsOfParts().Length);
    }

    [Fact]
    public async Task A_unit_that_is_executed_several_times_at_once_is_put_once()
    {
        for (int i = 0; i < 12; i++) _server.Put($"{_bucket}/in/{i:00}.png", Pictures.Png(seed: i));

        Mexp[] runs = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => LabelAsync(Url("in"))));

        Assert.All(runs, run => Assert.True(run.ExitCode == ExitCode.Success, run.Error));
        Assert.Equal(3, Parts.Length);
        Assert.Equal(3, PutsOfParts().Count(answer => answer.EndsWith(" 200", StringComparison.Ordinal)));
        Assert.Equal(12, (await FilesOfRowsAsync()).Length);
    }

    [Fact]
    public async Task A_picture_that_was_in_work_when_two_processes_ended_is_an_error_row()
    {
        for (int i = 0; i < 3; i++) _server.Put($"{_bucket}/in/{i}.png", Pictures.Png(seed: i));
        await LabelAsync(Url("in"));
        string part = Assert.Single(Parts), unit = Path.GetFileNameWithoutExtension(part)["part-".Length..];
        _server.Objects.Remove($"{_bucket}/out/{part}");
        byte[] second = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(second, 1);
        for (int i = 0; i < 2; i++) PutSilent($"{_bucket}/out/{LabelFolders.Tries}{unit}/{i}", second);

        Mexp run = await LabelAsync(Url("in"));

        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        Assert.Equal(3, (await FilesOfRowsAsync()).Length);
        Assert.Equal(
            Url("in/1.png") + ": the process ended 2 times while it was read; not tried again",
            Assert.Single(LabelFolder.Query($"SELECT error FROM '{_folder["all.parquet"]}' WHERE error IS NOT NULL"))[0]);
    }

    [Fact]
    public async Task Keys_of_any_letters_are_read_and_written()
    {
        string[] keys =
            [
                "%.png", "'it''s' (1) & [2] {3}.png", "a  b.png", "a%20b.png", "a+b.png", "a;b=\"c\".png", "back\\slash.png", "dir x/y.png",
                "h#1.png", "q?x=1.png", "~tilde!*.png", "ä ö.png", "悲しい.png", "😀.png",
            ];
        for (int i = 0; i < keys.Length; i++) _server.Put($"{_bucket}/in/{keys[i]}", Pictures.Png(seed: i));
        string list = _folder["keys.txt"], output = Url("out 2+ü");
        await File.WriteAllLinesAsync(list, keys.Select(key => Url("in/" + key)), TestContext.Current.CancellationToken);
        foreach (string source in new[] { Url("in/"), list })
        {
            Mexp run = await Mexp.RunAsync(
                "label", source, "--faces", "whole", "--model", TestModel.Path, "-o", output + Path.GetFileName(source));
            Assert.True(run.ExitCode == ExitCode.Success, run.Error);
            Assert.Equal("", run.Error);
            await Mexp.RunAsync("label", "--merge", output + Path.GetFileName(source), "-o", _folder["all.parquet"]);
            Assert.Equal(
                keys.Select(key => Url("in/" + key)),
                LabelFolder.Query($"SELECT file FROM '{_folder["all.parquet"]}' WHERE error IS NULL").Select(row => (string)row[0]!));
        }
    }

    [Theory]
    [InlineData(ObjectServerFault.NoConditions)]
    [InlineData(ObjectServerFault.UnknownConditions)]
    [InlineData(ObjectServerFault.NoLengths)]
    [InlineData(ObjectServerFault.BreaksOffOnce)]
    public async Task Stores_of_other_makers_and_answers_that_break_off_give_the_same_rows(ObjectServerFault fault)
    {
        for (int i = 0; i < 4; i++) _server.Put($"{_bucket}/in/{i}.png", Pictures.Png(seed: i));
        _server.Put($"{_bucket}/shards/a.tar", Tar("1.png", "2.png"));
        _server.Put($"{_bucket}/lists/list.txt", Encoding.UTF8.GetBytes($"{Url("in/3.png")}\n{Url("in/0.png")}\n"));
        _server.Faults[_bucket] = fault;

        Mexp run = await LabelAsync(Url("in"), Url("shards/a.tar"), Url("lists/list.txt"));

        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        Assert.Equal("", run.Error);
        Assert.Equal(3, Parts.Length);
        Assert.Equal(8, (await FilesOfRowsAsync()).Length);
        Assert.Equal(
            "3 of 3 parts are whole, with 8 rows; 0 are not, 0 are missing\n",
            (await Mexp.RunAsync("label", "--verify", Url("out"))).Output);
    }

    [Theory]
    [InlineData(ObjectServerFault.BreaksOff, "the object store's answer breaks off each time")]
    [InlineData(ObjectServerFault.FailsForOne, "the object store answers 500 (InternalError)")]
    [InlineData(ObjectServerFault.IsSlow, "the object store takes longer than a picture may")]
    public async Task An_object_that_cannot_be_read_from_a_store_that_answers_is_an_error_row(ObjectServerFault fault, string message)
    {
        foreach (string name in new[] { "a", "broken", "c" }) _server.Put($"{_bucket}/in/{name}.png", Pictures.Png());
        _server.Faults[_bucket] = fault;
        (int code, string error) = await RunProcessAsync(_server.Url, fault == ObjectServerFault.IsSlow ? "--max-time 2" : "");
        Assert.True(code == ExitCode.Success, error);
        await FilesOfRowsAsync();
        Assert.Equal(
            [[null], [$"{Url("in/broken.png")}: {message}"], [null]], LabelFolder.Query($"SELECT error FROM '{_folder["all.parquet"]}'"));
    }

    [Theory]
    [InlineData(ObjectServerFault.Overloaded, ExitCode.Preempted, "the object store answers 503 (SlowDown)")]
    [InlineData(ObjectServerFault.ExpiredKeys, ExitCode.WrongCommand, "the object store refuses the user: ExpiredToken")]
    [InlineData(ObjectServerFault.Suspended, ExitCode.WrongCommand, "the object store refuses the user: UserSuspended")]
    [InlineData(ObjectServerFault.WebPage, ExitCode.WrongCommand, "the answer is not an object store's; is AWS_ENDPOINT_URL_S3")]
    [InlineData(ObjectServerFault.Empty, ExitCode.WrongCommand, "the answer is not an object store's; is AWS_ENDPOINT_URL_S3")]
    public async Task A_store_that_fails_ends_the_command_and_no_row_says_so(ObjectServerFault fault, int expected, string message)
    {
        for (int i = 0; i < 6; i++) _server.Put($"{_bucket}/in/{i}.png", Pictures.Png(seed: i));
        _server.Faults[_bucket] = fault;
        (int code, string error) = await RunProcessAsync(_server.Url);
        Assert.True(code == expected, error);
        Assert.Contains(message, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(Parts);

        _server.Faults.TryRemove(_bucket, out _);
        Assert.Equal(ExitCode.Success, (await LabelAsync(Url("in"))).ExitCode);
        Assert.Equal(6, (await FilesOfRowsAsync()).Length);
        Assert.Empty(LabelFolder.Query($"SELECT error FROM '{_folder["all.parquet"]}' WHERE error IS NOT NULL"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_closes_connections_does_not_answer(bool isReset)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task closing = Task.Run(async () =>
        {
            while (true)
            {
                using Socket connection = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
                await connection.ReceiveAsync(new byte[9], TestContext.Current.CancellationToken);
                if (isReset) connection.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        });
        (int code, string error) = await RunProcessAsync($"http://{listener.LocalEndpoint}");
        Assert.True(code == ExitCode.Preempted, error);
        Assert.Contains(
            $"{Url("in")}: the object store does not answer: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.False(closing.IsCompleted);
    }

    [Fact]
    public async Task An_archive_in_a_store_without_ranges_ends_the_command()
    {
        _server.Put($"{_bucket}/shards/small.tar", Tar("1.png", "2.png"));
        _server.Put($"{_bucket}/shards/large.tar", [.. Tar("3.png"), .. new byte[5 << 20]]);
        _server.Faults[_bucket] = ObjectServerFault.NoRanges;

        Mexp run = await LabelAsync(Url("shards/small.tar"), Url("shards/large.tar"));

        Assert.True(run.ExitCode == ExitCode.WrongCommand, run.Error);
        Assert.Contains(
            $"{Url("shards/large.tar")}: the object store answers a part of an object with the whole of it",
            Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.True(Parts.Length <= 1);

        _server.Faults.TryRemove(_bucket, out _);
        Assert.Equal(ExitCode.Success, (await LabelAsync(Url("shards/small.tar"), Url("shards/large.tar"))).ExitCode);
        Assert.Equal(
            [Url("shards/small.tar") + "/1.png", Url("shards/small.tar") + "/2.png", Url("shards/large.tar") + "/3.png"],
            await FilesOfRowsAsync());
    }

    // What is wrong with the user is not told in answers about an archive's length, which have no body.
    [Fact]
    public async Task An_archive_that_the_user_may_not_read_for_the_moment_is_left()
    {
        _server.Put($"{_bucket}/shards/a.tar", Tar("1.png", "2.png"));
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync(
            "label", Url("shards/"), "--plan", "--faces", "whole", "--model", TestModel.Path, "-o", Url("out"))).ExitCode);
        _server.Faults[_bucket] = ObjectServerFault.Suspended;
        Mexp run = await Mexp.RunAsync(
            "label", Url("shards/"), "--shard", "1/2", "--faces", "whole", "--model", TestModel.Path, "-o", Url("out"));
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Equal($"mexp: {Url("shards/a.tar")}: the object store refuses the user: UserSuspended", run.ErrorLines[^1]);
        Assert.Empty(Parts);
    }

    [Fact]
    public void A_try_that_ended_in_order_while_the_store_was_away_does_not_count()
    {
        S3Store store = new(Url("out"));
        PlannedUnit unit = new(0, "0123456789abcdef", UnitKind.Archive, Source: 0, Offset: 0, Length: 0, Pictures: null);
        string own = LabelFolders.Tries + unit.Name + "/own", other = LabelFolders.Tries + unit.Name + "/other";
        foreach (string note in new[] { own, other }) PutSilent($"{_bucket}/out/{note}", []);
        store.RememberEnded(own);
        Assert.Equal(1, store.ReadTries(unit).Count);
        Assert.False(store.Exists(own));
        Assert.True(store.Exists(other));
        store.ForgetTries(unit);
    }

    [Fact]
    public void A_try_counts_once_its_process_has_ended()
    {
        S3Store store = new(Url("out"));
        PlannedUnit unit = new(0, "0123456789abcdef", UnitKind.Archive, Source: 0, Offset: 0, Length: 0, Pictures: null);
        string tries = $"{_bucket}/out/{LabelFolders.Tries}{unit.Name}/";

        // In work here, for however long the store shows no sign of it.
        using IUnitTry own = store.BeginTry(unit, new UnitTries());
        string note = Assert.Single(_server.Objects.Keys, name => name.StartsWith(tries, StringComparison.Ordinal));
        PutSilent(note, []);
        Assert.Equal(0, store.ReadTries(unit).Count);

        // On another machine, by its last sign.
        _server.Put(tries + "other", []);
        Assert.Equal(0, store.ReadTries(unit).Count);
        PutSilent(tries + "other", []);
        Assert.Equal(1, store.ReadTries(unit).Count);

        // Killed here: its lock is left, and nobody holds it.
        string left = Path.Join(Path.GetTempPath(), $"mexp-try-{Guid.NewGuid():N}");
        File.WriteAllBytes(left, []);
        _server.Put(tries + left[^32..], []);
        Assert.Equal(2, store.ReadTries(unit).Count);
        File.Delete(left);
    }

    [Theory]
    [InlineData("--merge s3://bucket/out -o s3://bucket/all.csv", "s3://bucket/all.csv: --merge writes to a disk; give a path")]
    [InlineData("list.txt -o s3://bucket/out", "AWS_ENDPOINT_URL_S3 is 'localhost:9000'; expected an address such as http://host:9000")]
    public async Task A_wrong_output_or_address_is_one_line(string arguments, string message)
    {
        await File.WriteAllTextAsync(_folder["list.txt"], "a.png\n", TestContext.Current.CancellationToken);
        using Process run = MexpProcess.StartShell(
            $"cd '{_folder.Path}' && AWS_ENDPOINT_URL_S3=localhost:9000 {MexpProcess.ShellCommand} label {arguments}");
        string error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((ExitCode.WrongCommand, $"mexp: {message}\n"), (run.ExitCode, error));
    }

    [Fact]
    public async Task Keys_that_cannot_be_had_end_the_command()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a program that fails has another name");
        string profile = _folder["config"];
        await File.WriteAllTextAsync(
            profile, "[profile x]\ncredential_process = /bin/false\nregion = us-east-1\n", TestContext.Current.CancellationToken);
        (int code, string error) = await RunProcessAsync(
            $"{_server.Url} AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY= AWS_PROFILE=x AWS_CONFIG_FILE='{profile}'");
        Assert.Equal(ExitCode.WrongCommand, code);
        Assert.StartsWith(
            $"mexp: {Url("in")}: keys for the object store cannot be had: ",
            Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_may_have_a_path()
    {
        for (int i = 0; i < 6; i++) _server.Put($"{_bucket}/in/{i} +.png", Pictures.Png(seed: i));
        _server.Faults[_bucket] = ObjectServerFault.NoConditions;
        (int code, string error) = await RunProcessAsync(_server.Url + ObjectServer.PathPrefix);
        Assert.True(code == ExitCode.Success, error);
        Assert.Equal(6, (await FilesOfRowsAsync()).Length);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_one_line()
    {
        (int code, string error) = await RunProcessAsync("http://127.0.0.1:9");
        Assert.Equal(ExitCode.Preempted, code);
        Assert.Contains("the object store does not answer: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3:///x", "expected s3://bucket/prefix")]
    [InlineData("s3://nowhere/list.txt", "no such file")]
    public async Task A_wrong_place_is_one_line(string source, string message)
    {
        Mexp run = await LabelAsync(source);
        Assert.Equal(ExitCode.WrongCommand, run.ExitCode);
        Assert.Contains(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private string[] Parts => [.. _server.Objects.Keys.Where(name => name.StartsWith($"{_bucket}/out/part-", StringComparison.Ordinal))
        .Select(name => Path.GetFileName(name))];

    private string[] PutsOfParts() =>
        [.. _server.Answers.Where(answer => answer.StartsWith($"PUT {_bucket}/out/part-", StringComparison.Ordinal)
            && !answer.EndsWith(" 503", StringComparison.Ordinal))];

    // As a worker of another machine leaves it.
    private void PutSilent(string name, byte[] content) => _server.Objects[name] = (content, DateTime.UtcNow.AddMinutes(-2));

    private string Url(string key) => $"s3://{_bucket}/{key}";

    private Task<Mexp> LabelAsync(params string[] sources) => Mexp.RunAsync(
        MexpSurroundings.WithFaces(new FaceBox(5, 4, 20, 20)),
        ["label", .. sources, "--unit", "4", "--model", TestModel.Path, "-o", Url("out")]);

    // With keys, endpoint and tries of its own.
    private async Task<(int ExitCode, string Error)> RunProcessAsync(string endpoint, string options = "")
    {
        using Process run = MexpProcess.StartShell(
            $"AWS_ENDPOINT_URL_S3={endpoint} AWS_MAX_ATTEMPTS=2 {MexpProcess.ShellCommand} label '{Url("in")}' --faces whole "
            + $"--model '{TestModel.Path}' -o '{Url("out")}' {options}");
        Task<string> error = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (run.ExitCode, string.Join('\n', (await error).Split('\n').Where(line => !line.Contains("column 'error'"))));
    }

    private async Task<string[]> FilesOfRowsAsync()
    {
        Mexp merged = await Mexp.RunAsync("label", "--merge", Url("out"), "-o", _folder["all.parquet"]);
        Assert.True(merged.ExitCode == ExitCode.Success, merged.Error);
        return [.. LabelFolder.Query($"SELECT file FROM '{_folder["all.parquet"]}'").Select(row => (string)row[0]!)];
    }

    private static byte[] Tar(params string[] names)
    {
        using MemoryStream stream = new();
        using (TarWriter archive = new(stream, leaveOpen: true))
        {
            foreach (string name in names)
            {
                archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Pictures.Png()) });
            }
        }

        return stream.ToArray();
    }

    private static byte[] Zip(string name)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry(name).Open();
            entry.Write(Pictures.Png());
        }

        return stream.ToArray();
    }
}
