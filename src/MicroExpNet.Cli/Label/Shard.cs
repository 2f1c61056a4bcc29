using System.Globalization;

namespace MicroExpNet.Cli.Label;

/// <summary>The share of a plan's units that one of several workers does: units <c>Index</c>, <c>Index + Count</c> and so on.</summary>
/// <param name="Index">The worker's number, from 0.</param>
/// <param name="Count">The number of workers.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>The environment variable with the number of workers, for engines that give a worker its number alone.</summary>
    public const string CountVariable = "MEXP_SHARD_COUNT";

    /// <summary>One worker does all.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Whether this worker does a unit.</summary>
    /// <param name="unit">The unit's number.</param>
    public bool Holds(int unit) => unit % Count == Index;

    /// <summary>Reads a share that a person writes, <c>3/10</c>; the first is <c>1/10</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="shard">The share.</param>
    public static bool TryParse(string text, out Shard shard)
    {
        shard = Whole;
        string[] parts = text.Split('/');
        if (parts.Length != 2 || !Number(parts[0], out int number) || !Number(parts[1], out int count)) return false;
        shard = new Shard(number - 1, count);
        return number >= 1 && number <= count;
    }

    /// <summary>The share that the cluster's engine gives this process: a Slurm array, a Kubernetes Indexed Job, an array job of AWS
    /// Batch, or Cloud Run; all, where none does.</summary>
    /// <param name="variable">The value of an environment variable.</param>
    /// <exception cref="CommandException">A variable's value makes no sense.</exception>
    public static Shard FromEnvironment(Func<string, string?> variable)
    {
        if (variable("SLURM_ARRAY_TASK_ID") is { Length: > 0 })
        {
            int first = Read(variable, "SLURM_ARRAY_TASK_MIN", null), count = Read(variable, "SLURM_ARRAY_TASK_COUNT", null);
            int step = variable("SLURM_ARRAY_TASK_STEP") is { Length: > 0 } ? Read(variable, "SLURM_ARRAY_TASK_STEP", null) : 1;
            return Check((Read(variable, "SLURM_ARRAY_TASK_ID", null) - first) / Math.Max(step, 1), count, "SLURM_ARRAY_TASK_ID");
        }

        foreach ((string index, string count) in ((string, string)[])[
            ("JOB_COMPLETION_INDEX", CountVariable),
            ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"),
            ("CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT")])
        {
            if (variable(index) is not { Length: > 0 }) continue;
            string counted = variable(CountVariable) is { Length: > 0 } ? CountVariable : count;
            return Check(Read(variable, index, null), Read(variable, counted, index), index);
        }

        return Whole;
    }

    private static int Read(Func<string, string?> variable, string name, string? needing) =>
        variable(name) is not { Length: > 0 } text
            ? throw new CommandException(
                ExitCode.WrongCommand,
                needing is null
                    ? $"{name} is not set though other variables of the array are; give --shard i/n"
                    : $"{needing} is set without {name}, the number of workers: set it, or give --shard i/n")
            : Number(text, out int value)
                ? value
                : throw new CommandException(ExitCode.WrongCommand, $"{name}={text}: expected a whole number; or give --shard i/n");

    // An array of chosen tasks (--array=3,7) has fewer tasks than numbers.
    private static Shard Check(int index, int count, string name) => index >= 0 && index < count
        ? new Shard(index, count)
        : throw new CommandException(
            ExitCode.WrongCommand, string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: number {index} of {count} workers, counted from 0, does not exist; the numbers of an array must have no gaps, " +
                $"or give --shard i/n"));

    private static bool Number(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
