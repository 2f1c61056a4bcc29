using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
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
        Assert.DoesNotContain(_server.Objects.Keys, name => name.Contains("/tries/", StringComparison.Ordinal));
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

        Mexp[] runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LabelAsync(Url("in"))));

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
        for (int i = 0; i < 2; i++) _server.Put($"{_bucket}/out/{LabelFolders.Tries}{unit}/{i}", second);

        Mexp run = await LabelAsync(Url("in"));

        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        Assert.Equal(3, (await FilesOfRowsAsync()).Length);
        Assert.Equal(
            Url("in/1.png") + ": the process ended 2 times while it was read; not tried again",
            Assert.Single(LabelFolder.Query($"SELECT error FROM '{_folder["all.parquet"]}' WHERE error IS NOT NULL"))[0]);
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

    private string Url(string key) => $"s3://{_bucket}/{key}";

    private Task<Mexp> LabelAsync(params string[] sources) => Mexp.RunAsync(
        MexpSurroundings.WithFaces(new FaceBox(5, 4, 20, 20)),
        ["label", .. sources, "--unit", "4", "--model", TestModel.Path, "-o", Url("out")]);

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
