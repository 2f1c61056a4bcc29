using System.IO.Compression;
using System.Text;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>Archives with entries that cannot be read: each is a row, and the others are read.</summary>
public sealed class LabelArchiveTests : IDisposable
{
    private readonly LabelFolder _label = new();

    public void Dispose() => _label.Dispose();

    [Theory]
    [InlineData(0, 14, "packed with a method that is not read (LZMA); expected stored or deflated")]
    [InlineData(0, 12, "packed with a method that is not read (BZip2); expected stored or deflated")]
    [InlineData(0, 93, "packed with a method that is not read; expected stored or deflated")]
    [InlineData(1, 0, "encrypted; expected an archive without a password")]
    public async Task A_zip_entry_that_cannot_be_unpacked_is_a_row_and_the_others_are_read(byte flags, byte method, string reason)
    {
        string zip = Zip("1.png", "2.png", "3.png");
        byte[] content = File.ReadAllBytes(zip);

        // Both headers of the second entry.
        foreach ((string head, int place) in new[] { ("PK\u0003\u0004", 6), ("PK\u0001\u0002", 8) })
        {
            int first = content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(head)) + 4;
            int second = first + content.AsSpan(first).IndexOf(Encoding.ASCII.GetBytes(head));
            content[second + place] |= flags;
            content[second + place + 2] = method;
        }

        File.WriteAllBytes(zip, content);

        Assert.Equal(
            [[$"{zip}/1.png", null], [$"{zip}/2.png", $"{zip}/2.png: {reason}"], [$"{zip}/3.png", null]], await RowsAsync(zip));
    }

    [Fact]
    public async Task A_zip_entry_that_is_damaged_is_a_row_and_the_others_are_read()
    {
        string zip = Zip("1.png", "2.png", "3.png");
        byte[] content = File.ReadAllBytes(zip);
        int second = 4 + content.AsSpan(4).IndexOf("PK\u0003\u0004"u8);
        content[second] = 0;
        File.WriteAllBytes(zip, content);

        object?[][] rows = await RowsAsync(zip);

        Assert.Equal([$"{zip}/1.png", $"{zip}/2.png", $"{zip}/3.png"], rows.Select(row => row[0]));
        Assert.Equal([true, false, true], rows.Select(row => row[1] is null));
        Assert.StartsWith($"{zip}/2.png: damaged in the archive (", (string)rows[1][1]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_zip_entries_of_one_name_the_second_is_an_error()
    {
        string zip = Zip("1.png", "2.png", "1.png");
        Assert.Equal(
            [
                [$"{zip}/1.png", null], [$"{zip}/2.png", null],
                [$"{zip}/1.png", $"{zip}/1.png: twice in the archive; only the first one is read"],
            ],
            await RowsAsync(zip));
    }

    private string Zip(params string[] names)
    {
        string path = _label.Folder["a.zip"], picture = _label.Pictures(1)[0];
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (string name in names) archive.CreateEntryFromFile(picture, name, CompressionLevel.NoCompression);
        return path;
    }

    // The file and the error of each row, in order.
    private async Task<object?[][]> RowsAsync(string archive)
    {
        Mexp run = await _label.LabelAsync(archive);
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync("label", "--verify", _label.Output)).ExitCode);
        await _label.FilesOfRowsAsync();
        return LabelFolder.Query($"SELECT file, error FROM '{_label.Folder["merged.parquet"]}'");
    }
}
