using System.Text;
using MicroExpNet.Cli.Label;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>What killed workers leave goes; what living ones write stays.</summary>
public sealed class FolderStoreTests : IDisposable
{
    private const string Plan = LabelFolders.Own + "a-plan";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_process_of_this_machine_left_goes_at_once()
    {
        FolderStore store = new(_folder.Path);
        string path;
        using (store.Create("plan")) path = Assert.Single(Temporary());
        Assert.Empty(Temporary());

        File.WriteAllText(path, "half a pl");
        store.RemoveLeftovers();
        Assert.Empty(Temporary());
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(90, false)]
    public void What_another_machine_may_still_write_goes_after_an_hour(int minutes, bool stays)
    {
        FolderStore store = new(_folder.Path);
        store.Create("plan").Dispose();
        string path = Path.Combine(_folder.Path, LabelFolders.Temporary, $"plan.0badcafe.0123.{PendingFile.Suffix}");
        File.WriteAllText(path, "half a pl");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - TimeSpan.FromMinutes(minutes));

        store.RemoveLeftovers();
        Assert.Equal(stays, File.Exists(path));
    }

    [Fact]
    public void Files_that_are_written_survive_any_number_of_workers_that_remove_leftovers()
    {
        FolderStore store = new(_folder.Path);
        byte[] content = Encoding.UTF8.GetBytes("the same plan");
        Parallel.For(0, 8, worker =>
        {
            for (int i = 0; i < 200; i++)
            {
                store.RemoveLeftovers();
                using PendingFile file = store.Create("plan");
                file.Stream.Write(content);
                if (i % 2 == 0) store.RemoveLeftovers();
                file.Commit(Plan);
            }
        });

        Assert.Equal(content, File.ReadAllBytes(Path.Combine(_folder.Path, Plan)));
        Assert.Empty(Temporary());
    }

    [Fact]
    public void Tries_begin_while_other_workers_read_them()
    {
        FolderStore store = new(_folder.Path);
        PlannedUnit unit = new(0, "0123", UnitKind.Lines, 0, 0, 10, 1);
        Parallel.For(0, 32, new ParallelOptions { MaxDegreeOfParallelism = 32 }, _ =>
        {
            for (int i = 0; i < 300; i++)
            {
                UnitTries earlier = store.ReadTries(unit);
                using IUnitTry attempt = store.BeginTry(unit, earlier);
                attempt.Begin(0);
                attempt.End(0);
            }
        });

        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, LabelFolders.Tries, unit.Name)));
    }

    [Fact]
    public void Files_are_read_while_other_workers_put_them_in_their_place()
    {
        FolderStore store = new(_folder.Path);
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            for (int i = 0; i < 200; i++)
            {
                using (PendingFile written = store.Create("plan"))
                {
                    written.Stream.Write("plan"u8);
                    written.Commit("plan");
                }

                using StreamReader reader = new(store.OpenRead("plan"));
                Assert.Equal("plan", reader.ReadToEnd());
            }
        });
    }

    private string[] Temporary() => Directory.GetFiles(Path.Combine(_folder.Path, LabelFolders.Temporary));
}
