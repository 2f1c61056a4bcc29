using System.Diagnostics;
using MicroExpNet.Files;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests;

public sealed class OutputFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("scenes")]
    [InlineData("a name of 255 letters")]
    public void A_folder_appears_when_it_is_committed_and_nothing_else_stays(string name)
    {
        string path = Path.Combine(_folder.Path, name.PadRight(name.Length > 10 ? 255 : 0, 'x'));
        using (OutputFolder folder = new(path))
        {
            File.WriteAllText(Path.Combine(folder.WorkPath, "a.txt"), "content");
            Assert.False(Directory.Exists(path));
            Assert.Contains(
                "another run is writing it", Assert.Throws<CommandException>(() => new OutputFolder(path)).Message,
                StringComparison.Ordinal);
            folder.Commit();
        }

        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }));
        Assert.Equal("content", File.ReadAllText(Path.Combine(path, "a.txt")));
        Assert.Contains(
            "not an empty folder", Assert.Throws<CommandException>(() => new OutputFolder(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_current_folder_is_refused_before_the_work()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a POSIX shell changes the folder");
        string empty = Directory.CreateDirectory(_folder["empty"]).FullName;
        using Process run = MexpProcess.StartShell(
            $"cd '{empty}' && {MexpProcess.ShellCommand} faces '{ReferenceData.Repository("samples/astronaut.png")}' -o .");
        string error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            (ExitCode.WrongCommand, "mexp: --output . cannot be replaced (it is the current folder); name a folder in it\n"),
            (run.ExitCode, error));
        Assert.Equal([empty], Directory.GetFileSystemEntries(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }));
    }

    [Theory]
    [InlineData("700")]
    [InlineData("2775")]
    public void A_prepared_folder_keeps_its_permissions_and_the_link_to_it(string mode)
    {
        // Windows has other permissions.
        if (OperatingSystem.IsWindows()) return;
        UnixFileMode permissions = (UnixFileMode)Convert.ToInt32(mode, 8);
        string prepared = Directory.CreateDirectory(_folder["prepared"]).FullName, link = _folder["link"];
        File.SetUnixFileMode(prepared, permissions);
        Directory.CreateSymbolicLink(link, prepared);
        using (OutputFolder unused = new(link)) Assert.Equal(permissions, File.GetUnixFileMode(unused.WorkPath));
        Assert.Equal(permissions, File.GetUnixFileMode(prepared));
        using (OutputFolder folder = new(link))
        {
            File.WriteAllText(Path.Combine(folder.WorkPath, "a.txt"), "content");
            folder.Commit();
        }

        Assert.Equal(prepared, new FileInfo(link).LinkTarget);
        Assert.Equal(permissions, File.GetUnixFileMode(prepared));
        Assert.Equal([Path.Combine(prepared, "a.txt")], Directory.GetFiles(prepared));
    }

    [Fact]
    public void What_a_killed_run_left_is_not_in_the_next_one_s_folder()
    {
        string path = _folder["scenes"];
        string left = Directory.CreateDirectory(ExclusiveFile.Beside(path, AtomicFile.Prefix, AtomicFile.Suffix)).FullName;
        File.WriteAllText(Path.Combine(left, "half.png"), "half");
        File.WriteAllText(ExclusiveFile.Beside(path, AtomicFile.Prefix, FileLock.Suffix), "");
        using (OutputFolder folder = new(path)) Assert.Empty(Directory.GetFileSystemEntries(folder.WorkPath));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 }));
    }
}
