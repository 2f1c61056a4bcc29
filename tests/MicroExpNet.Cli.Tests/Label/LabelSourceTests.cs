using System.Diagnostics;
using System.Text;
using MicroExpNet.Cli.Label;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>What sources of <c>mexp label</c> name and hold: nothing is lost in silence, and nothing is read twice.</summary>
public sealed class LabelSourceTests : IDisposable
{
    private readonly LabelFolder _label = new();

    public void Dispose() => _label.Dispose();

    [Theory]
    [InlineData("list.txt")]
    [InlineData("list.csv")]
    [InlineData("list.csv", "file")]
    public async Task A_picture_whose_name_starts_with_a_hash_is_no_comment(string name, params string[] header)
    {
        foreach (string picture in new[] { "#1.png", "2.png", "#3.png" }) _label.Folder.Write(picture, Pictures.Png());
        string list = _label.List(name, [.. header, "#1.png", "2.png", "#3.png"]);

        Mexp run = await _label.LabelAsync(list, "--format", "csv");

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Mexp verified = await Mexp.RunAsync("label", "--verify", _label.Output);
        Assert.Equal((ExitCode.Success, ""), (verified.ExitCode, verified.Error));
        Assert.Equal(["#1.png", "2.png", "#3.png"], await _label.FilesOfRowsAsync());
        Mexp status = await Mexp.RunAsync("label", "--status", _label.Output, "--json");
        Assert.Equal(3, status.Json.GetProperty("pictures").GetInt32());
    }

    [Fact]
    public async Task What_is_named_several_times_is_labelled_once()
    {
        string[] photos = _label.Pictures(3);
        string folder = Path.GetDirectoryName(photos[0])!, list = _label.List("list.txt", ["photos/0000.png", "photos/0000.png"]);
        _label.Folder.Write("photos/notes.md", [1]);

        Mexp run = await _label.LabelAsync(folder, photos[1], $"{folder}/../photos/", list, Path.Combine(folder, "../list.txt"));

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(["mexp: 5 sources or files were named before; each is labelled once"], run.ErrorLines);

        // A list is trusted, also where it repeats a line.
        Assert.Equal((string[])[.. photos, "photos/0000.png", "photos/0000.png"], await _label.FilesOfRowsAsync());
    }

    [Fact]
    public async Task A_table_in_UTF_16_is_read_and_a_NUL_in_it_is_a_row()
    {
        _label.Pictures(1);
        string list = _label.Folder.Write(
            "list.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("file\nphotos/0000.png\na\0b.png\n")]);

        Assert.Equal(ExitCode.Success, (await _label.LabelAsync(list)).ExitCode);

        Assert.Equal(["photos/0000.png", "a\0b.png"], await _label.FilesOfRowsAsync());
        Assert.Equal([["a b.png: a NUL character in it; expected a path or URL"]], await ErrorsAsync());
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_is_no_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links take rights there");
        string[] photos = _label.Pictures(2);
        string folder = Path.GetDirectoryName(photos[0])!, nowhere = Path.Combine(folder, "x.png"), good = Path.Combine(folder, "y.png");
        File.CreateSymbolicLink(nowhere, "gone.png");
        File.CreateSymbolicLink(good, "0000.png");

        Assert.Equal(ExitCode.Success, (await _label.LabelAsync(folder)).ExitCode);

        Assert.Equal((string[])[.. photos, nowhere, good], await _label.FilesOfRowsAsync());
        Assert.Equal([[$"{nowhere}: no such file"]], await ErrorsAsync());
    }

    [Fact]
    public async Task A_folder_that_may_not_be_read_is_a_line_and_a_row()
    {
        string folder = _label.Folder["photos"], closed = Path.GetDirectoryName(_label.Folder["photos/closed/x"])!;
        string[] photos = _label.Pictures(2);
        FolderEntry[] entries = [.. new FolderWalk(folder, "").Find()];
        Assert.Equal(["0000.png", "0001.png"], entries.Select(entry => entry.Path));

        // Nothing is forbidden to root.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess) return;
        File.SetUnixFileMode(closed, UnixFileMode.None);
        Mexp run = await _label.LabelAsync(folder);
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await AssertRowsAsync(run, photos, closed, "no permission to read this folder");
    }

    [Fact]
    public async Task A_folder_whose_name_is_not_UTF_8_is_a_line_and_a_row()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have no such names");
        string[] photos = _label.Pictures(2);
        string folder = _label.Folder["photos"];
        await ShellAsync("mkdir \"$0/x$(printf '\\377')\"; cp \"$0/0000.png\" \"$0\"/x*/", folder);

        await AssertRowsAsync(await _label.LabelAsync(folder), photos, $"{folder}/x\uFFFD", "its name is not UTF-8; rename it");
        await ShellAsync("rm -r \"$0\"/x*", folder);
    }

    [Fact]
    public async Task A_name_that_is_not_UTF_8_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have no such names");
        string[] photos = _label.Pictures(2);
        string folder = _label.Folder["photos"];
        await ShellAsync("cp \"$0/0000.png\" \"$0/x$(printf '\\377').png\"", folder);

        Mexp run = await _label.LabelAsync(folder);

        string bad = $"{folder}/x\uFFFD.png";
        Assert.Equal(["mexp: 1 picture could not be read; the column 'error' says why"], run.ErrorLines);
        Assert.Equal((string[])[.. photos, bad], await _label.FilesOfRowsAsync());
        Assert.Equal([[$"{bad}: its name is not UTF-8; rename it"]], await ErrorsAsync());
        run = await Mexp.RunAsync("explain", bad, "-o", _label.Folder["why.png"], "--faces", "whole", "--model", TestModel.Path);
        Assert.Equal([$"mexp: {bad}: its name is not UTF-8; rename it"], run.ErrorLines);
        await ShellAsync("rm \"$0\"/x*", folder);
    }

    private static async Task ShellAsync(string script, string folder)
    {
        using Process shell = Process.Start("sh", ["-c", script, folder]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
    }

    private async Task AssertRowsAsync(Mexp run, string[] photos, string folder, string failure)
    {
        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(
            [$"mexp: {folder}: {failure}", "mexp: 1 picture could not be read; the column 'error' says why"], run.ErrorLines);
        Assert.Equal((string[])[.. photos, folder], await _label.FilesOfRowsAsync());
        Assert.Equal([[$"{folder}: {failure}"]], await ErrorsAsync());
    }

    // After the rows were merged.
    private async Task<object?[][]> ErrorsAsync()
    {
        await _label.FilesOfRowsAsync();
        return LabelFolder.Query($"SELECT error FROM '{_label.Folder["merged.parquet"]}' WHERE error IS NOT NULL");
    }
}
