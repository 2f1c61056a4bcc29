using MicroExpNet.Cli.Label;

namespace MicroExpNet.Cli.Tests.Label;

/// <summary>The variables that engines set, as their manuals say: sbatch(1), Kubernetes's "Indexed Job for Parallel Processing", AWS
/// Batch's "Array jobs", Cloud Run's "Container contract".</summary>
public sealed class ShardTests
{
    [Theory]
    [InlineData("", 0, 1)]
    [InlineData(
        "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=10 SLURM_ARRAY_TASK_STEP=1", 7, 10)]
    [InlineData("SLURM_ARRAY_TASK_ID=10 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=10", 9, 10)]
    [InlineData(
        "SLURM_ARRAY_TASK_ID=8 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_STEP=4", 2, 4)]
    [InlineData("JOB_COMPLETION_INDEX=3 MEXP_SHARD_COUNT=5", 3, 5)]
    [InlineData("AWS_BATCH_JOB_ARRAY_INDEX=0 AWS_BATCH_JOB_ARRAY_SIZE=2", 0, 2)]
    [InlineData("AWS_BATCH_JOB_ARRAY_INDEX=1 MEXP_SHARD_COUNT=2", 1, 2)]
    [InlineData("CLOUD_RUN_TASK_INDEX=4 CLOUD_RUN_TASK_COUNT=5 CLOUD_RUN_TASK_ATTEMPT=0", 4, 5)]
    public void An_engine_says_the_shard(string variables, int index, int count) =>
        Assert.Equal(new Shard(index, count), Shard.FromEnvironment(Variables(variables)));

    [Theory]
    [InlineData("JOB_COMPLETION_INDEX=3", "JOB_COMPLETION_INDEX is set without MEXP_SHARD_COUNT")]
    [InlineData("CLOUD_RUN_TASK_INDEX=3", "CLOUD_RUN_TASK_INDEX is set without CLOUD_RUN_TASK_COUNT")]
    [InlineData("SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_MIN is not set")]
    [InlineData("SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_COUNT=2", "the numbers of an array must have no gaps")]
    [InlineData("JOB_COMPLETION_INDEX=x MEXP_SHARD_COUNT=5", "JOB_COMPLETION_INDEX=x: expected a whole number")]
    [InlineData("JOB_COMPLETION_INDEX=5 MEXP_SHARD_COUNT=5", "number 5 of 5 workers, counted from 0, does not exist")]
    public void What_makes_no_sense_is_said(string variables, string message) => Assert.Contains(
        message, Assert.Throws<CommandException>(() => Shard.FromEnvironment(Variables(variables))).Message, StringComparison.Ordinal);

    [Fact]
    public void Shards_share_the_units_evenly()
    {
        Shard[] shards = [.. Enumerable.Range(1, 7).Select(i => Shard.TryParse($"{i}/7", out Shard shard) ? shard : default)];
        Assert.All(Enumerable.Range(0, 100), unit => Assert.Single(shards, shard => shard.Holds(unit)));
        Assert.All(shards, shard => Assert.InRange(Enumerable.Range(0, 100).Count(shard.Holds), 14, 15));
    }

    private static Func<string, string?> Variables(string text)
    {
        Dictionary<string, string> variables = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return variables.GetValueOrDefault;
    }
}
