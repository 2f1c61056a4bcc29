using System.Diagnostics;
using System.Text.Json;
using MicroExpNet.Tests;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>The sample's script on a real Slurm, with a node that dies in the middle.</summary>
public sealed class SlurmTests : IDisposable
{
    private const int Pictures = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly LabelFolder _label = new();

    public void Dispose() => _label.Dispose();

    [Fact]
    public async Task A_node_that_dies_loses_nothing_and_doubles_nothing()
    {
        using SlurmCluster slurm = SlurmCluster.Start(_label.Folder.Path);
        string[] lines = [.. Enumerable.Range(0, Pictures).Select(i => Path.Combine(_label.Folder.Path, "links", $"{i:00000}.png"))];
        string picture = _label.Pictures(1)[0];
        Directory.CreateDirectory(Path.GetDirectoryName(lines[0])!);
        foreach (string line in lines) File.CreateSymbolicLink(line, picture);
        string list = _label.List("list.txt", lines), command = $"dotnet {Path.Combine(AppContext.BaseDirectory, "mexp.dll")}";
        await _label.LabelAsync(list, "--unit", "250", "--plan", "--faces", "whole");

        string script = ReferenceData.Repository("samples/slurm/label.sbatch");
        await slurm.RunAsync(
            "sbatch", "--array=0-3", "--cpus-per-task=2", "--mem=0", $"--export=ALL,MEXP={command}", script, list, _label.Output, "--unit",
                "250",
            "--faces", "whole", "--model", TestModel.Path);
        await WaitAsync(slurm, () => _label.Parts.Length > 2 && SlurmCluster.ProcessesOf("n2").Length >= 3);
        Assert.InRange(_label.Parts.Length, 3, 39);
        Assert.InRange(slurm.KillSecondNode(), 3, 100);
        await WaitAsync(slurm, () => _label.Parts.Length == 40);

        // The tasks end with their last parts.
        await WaitAsync(slurm, () => slurm.RunAsync("squeue", "-h").GetAwaiter().GetResult().Length == 0);
        Assert.Equal(lines, await _label.FilesOfRowsAsync());
        Assert.Equal(ExitCode.Success, (await Mexp.RunAsync("label", "--verify", _label.Output)).ExitCode);
        Assert.Empty(_label.Leftovers);
        JsonElement status = (await Mexp.RunAsync("label", "--status", _label.Output, "--json")).Json;
        Assert.Equal((Pictures, 0), (status.GetProperty("pictures").GetInt32(), status.GetProperty("errors").GetInt32()));
    }

    private async Task WaitAsync(SlurmCluster slurm, Func<bool> isDone)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!isDone())
        {
            Assert.True(clock.Elapsed < Patience, $"{_label.Parts.Length} parts\n{slurm.Logs}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
