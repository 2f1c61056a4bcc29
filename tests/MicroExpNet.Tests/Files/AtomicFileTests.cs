using System.Diagnostics;
using MicroExpNet.Files;

namespace MicroExpNet.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("atomic-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_appears_when_it_is_committed_and_nothing_else_stays()
    {
        string path = In("result.txt");
        File.WriteAllText(path, "old");
        using (AtomicFile file = new(path))
        {
            file.Stream.Write("new"u8);
            file.Stream.Flush();
            Assert.Equal("old", File.ReadAllText(path));
            file.Commit();
            Assert.Equal("new", File.ReadAllText(path));
        }

        Assert.Equal([path], All());
    }

    [Fact]
    public void A_file_that_is_not_committed_leaves_what_was_there()
    {
        string path = In("result.txt");
        File.WriteAllText(path, "old");
        using (AtomicFile file = new(path)) file.Stream.Write("half"u8);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], All());
    }

    [Theory]
    [InlineData("600", "600")]
    [InlineData("660", "660")]
    [InlineData("440", "640")]
    public void A_file_that_is_replaced_keeps_its_permissions(string mode, string expected)
    {
        // Windows has other permissions.
        if (OperatingSystem.IsWindows()) return;
        string path = In("result.txt");
        File.WriteAllText(path, "old");
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));
        UnixFileMode kept = (UnixFileMode)Convert.ToInt32(expected, 8);
        using (AtomicFile file = new(path))
        {
            Assert.Equal(kept, File.GetUnixFileMode(ExclusiveFile.Beside(path, AtomicFile.Prefix, AtomicFile.Suffix)));
            file.Commit();
        }

        Assert.Equal(kept, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_second_writer_of_the_same_file_is_refused_and_does_no_harm()
    {
        string path = In("result.txt");
        using AtomicFile first = new(path);
        first.Stream.Write("first"u8);
        Assert.Contains(path, Assert.Throws<FileInUseException>(() => new AtomicFile(path)).Message, StringComparison.Ordinal);
        AtomicFile.RemoveLeftovers(_folder.FullName);
        first.Commit();
        Assert.Equal("first", File.ReadAllText(path));
        AtomicFile.Write(path, "second"u8);
        Assert.Equal("second", File.ReadAllText(path));
    }

    [Fact]
    public void What_a_killed_process_left_is_taken_over_or_removed()
    {
        string path = In("result.txt"), other = In("other.txt");
        File.WriteAllText(ExclusiveFile.Beside(path, ".", ".mexp-tmp"), new string('x', 100_000));
        File.WriteAllText(ExclusiveFile.Beside(other, ".", ".mexp-tmp"), "half");
        AtomicFile.Write(path, "whole"u8);
        Assert.Equal("whole", File.ReadAllText(path));
        File.WriteAllText(ExclusiveFile.Beside(other, ".", ".mexp-lock"), "");
        using (new FileLock(In("held.txt")))
        {
            AtomicFile.RemoveLeftovers(_folder.FullName);
            Assert.Equal([In(".held.txt.mexp-lock"), path], All().Order(StringComparer.Ordinal));
        }

        Assert.Equal([path], All());
    }

    [Theory]
    [InlineData('x', 255)]
    [InlineData('x', 246)]
    [InlineData('ü', 127)]
    [InlineData('表', 85)]
    public void Names_as_long_as_a_file_system_allows_can_be_written(char letter, int count)
    {
        string path = In(new string(letter, count));
        AtomicFile.Write(path, "content"u8);
        using (new FileLock(path)) Assert.Throws<FileInUseException>(() => new FileLock(path));
        Assert.Equal([path], All());
    }

    [Fact]
    public void A_link_stays_and_what_it_leads_to_is_replaced()
    {
        string path = In("target.txt"), link = In("link.txt");
        File.WriteAllText(path, "old");
        File.CreateSymbolicLink(link, path);
        AtomicFile.Write(link, "new"u8);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(path, new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void A_lock_is_held_by_one_and_leaves_nothing()
    {
        string path = In("run.checkpoint");
        using (FileLock held = new(path))
        {
            Assert.Contains(path, Assert.Throws<FileInUseException>(() => new FileLock(path)).Message, StringComparison.Ordinal);
            AtomicFile.Write(path, "state"u8);
        }

        using (new FileLock(path)) Assert.Equal("state", File.ReadAllText(path));
        Assert.Equal([path], All());
    }

    [Fact]
    public void Many_writers_leave_one_of_their_files_whole()
    {
        string path = In("result.bin");
        int written = 0;
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] content = new byte[20_000];
            Array.Fill(content, (byte)i);
            try
            {
                AtomicFile.Write(path, content);
                Interlocked.Increment(ref written);
            }
            catch (FileInUseException)
            {
                // Somebody else writes it.
            }
        });
        byte[] result = File.ReadAllBytes(path);
        Assert.True(written > 0);
        Assert.Equal(20_000, result.Length);
        Assert.Single(result.Distinct());
        Assert.Equal([path], All());
    }

    [Fact]
    public void An_open_file_that_was_moved_is_not_taken_for_the_new_one_at_its_place()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows locks a file as it opens it.");
        string temporary = In(".result.mexp-tmp");
        using FileStream opened = new(temporary, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        Assert.True(ExclusiveFile.IsStillAt(temporary, opened));
        File.Move(temporary, In("result"));
        Assert.False(ExclusiveFile.IsStillAt(temporary, opened));
        Thread.Sleep(20);
        File.WriteAllText(temporary, "another's");
        Assert.False(ExclusiveFile.IsStillAt(temporary, opened));
        File.Delete(In("result"));
        Assert.False(ExclusiveFile.IsStillAt(temporary, opened));
    }

    [Fact]
    public void Pipes_and_devices_are_no_ordinary_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files in folders.");
        string file = In("file"), empty = In("empty"), link = In("link"), pipe = In("pipe");
        File.WriteAllText(file, "content");
        File.WriteAllText(empty, "");
        File.CreateSymbolicLink(link, pipe);
        Process.Start("mkfifo", pipe).WaitForExit();
        Assert.True(OrdinaryFile.Is(file));
        Assert.True(OrdinaryFile.Is(empty));
        Assert.False(OrdinaryFile.Is(pipe));
        Assert.False(OrdinaryFile.Is(link));
        Assert.False(OrdinaryFile.Is("/dev/zero"));
        Assert.False(OrdinaryFile.Is("/dev/full"));
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private string[] All() => [.. Directory.GetFiles(_folder.FullName, "*", new EnumerationOptions { AttributesToSkip = 0 })];
}
