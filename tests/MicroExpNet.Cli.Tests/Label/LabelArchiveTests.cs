using System.Formats.Tar;
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
    public async Task A_zip_entry_whose_checksum_does_not_hold_is_a_row_and_the_others_are_read()
    {
        string zip = Zip("1.png", "2.png", "3.png");
        byte[] content = File.ReadAllBytes(zip);
        int second = content.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        second = content.AsSpan(0, second).LastIndexOf("PK\u0001\u0002"u8);
        content[second + 16] ^= 1;
        File.WriteAllBytes(zip, content);
        Assert.Equal(
            [
                [$"{zip}/1.png", null],
                [$"{zip}/2.png", $"{zip}/2.png: damaged in the archive: these are not the bytes that were packed"],
                [$"{zip}/3.png", null],
            ], await RowsAsync(zip));
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

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Ustar)]
    public async Task Links_in_a_tar_archive_are_read(TarEntryFormat format)
    {
        string tar = _label.Folder["a.tar"];
        WriteLinks(File.Create(tar), format);
        Assert.Equal(
            [
                [$"{tar}/x/1.png", 43L, null], [$"{tar}/2.png", 43L, null], [$"{tar}/y/3.png", 43L, null],
                [$"{tar}/4.png", null, $"{tar}/4.png: a hard link to gone.png, which is no file of the archive"],
                [$"{tar}/5.png", null, $"{tar}/5.png: a symbolic link to /etc/6.png, which is no file of the archive"],
                [$"{tar}/6.png", 44L, null],
            ],
            await RowsAsync(tar, "file, width::BIGINT, error"));
    }

    [Fact]
    public async Task Links_in_a_compressed_tar_archive_are_rows()
    {
        string tar = _label.Folder["a.tar.gz"];
        WriteLinks(new GZipStream(File.Create(tar), CompressionLevel.Fastest), TarEntryFormat.Pax);

        object?[][] rows = await RowsAsync(tar);

        Assert.Equal([true, false, false, false, false, true], rows.Select(row => row[1] is null));
        Assert.Equal($"{tar}/2.png: a hard link to x/1.png; links are read in archives that are not compressed", rows[1][1]);
    }

    private void WriteLinks(Stream stream, TarEntryFormat format)
    {
        string[] photos = _label.Pictures(5);
        using Stream taken = stream;
        using TarWriter archive = new(taken, format);
        archive.WriteEntry(photos[3], "x/1.png");
        Link(TarEntryType.HardLink, "2.png", "x/1.png");
        Link(TarEntryType.SymbolicLink, "y/3.png", "../x/./1.png");
        Link(TarEntryType.HardLink, "4.png", "gone.png");
        Link(TarEntryType.SymbolicLink, "5.png", "/etc/6.png");
        archive.WriteEntry(photos[4], "6.png");

        void Link(TarEntryType type, string name, string target)
        {
            TarEntry link = format switch
            {
                TarEntryFormat.Gnu => new GnuTarEntry(type, name),
                TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                _ => new PaxTarEntry(type, name),
            };
            link.LinkName = target;
            archive.WriteEntry(link);
        }
    }

    private string Zip(params string[] names)
    {
        string path = _label.Folder["a.zip"], picture = _label.Pictures(1)[0];
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (string name in names) archive.CreateEntryFromFile(picture, name, CompressionLevel.NoCompression);
        return path;
    }

    // The file and the error of each row, or other columns, in order.
    private async Task<object?[][]> RowsAsync(string archive, string columns = "file, error")
    {
        Mexp run = await _label.LabelAsync(archive);
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync("label", "--verify", _label.Output)).ExitCode);
        await _label.FilesOfRowsAsync();
        return LabelFolder.Query($"SELECT {columns} FROM '{_label.Folder["merged.parquet"]}'");
    }
}
