using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MicroExpNet.Cli.Label;

/// <summary>A worker's way through the units: which it does, which it passes over, which it gives up.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="plan">The units.</param>
/// <param name="store">The output.</param>
/// <param name="run">Does a unit.</param>
/// <param name="terminal">The streams.</param>
internal sealed class LabelWork(LabelRequest request, UnitPlan plan, ILabelStore store, UnitRun run, Terminal terminal)
{
    private int _givenUp;
    private long _errors;

    /// <summary>Does the units of this worker's shard that are not done.</summary>
    /// <param name="done">The names of the parts that are there.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunShardAsync(HashSet<string> done, CancellationToken cancellationToken)
    {
        PlannedUnit[] mine = [.. plan.Units.Where(unit => request.Shard.Holds(unit.Number))];
        PlannedUnit[] open = [.. mine.Where(unit => !done.Contains(unit.PartName(plan.Format)))];
        if (open.Length < mine.Length)
        {
            terminal.Report(string.Create(
                CultureInfo.InvariantCulture, $"{mine.Length - open.Length:N0} of {mine.Length:N0} units are done already"));
        }

        ReportOthers(done);
        for (int i = 0; i < open.Length; i++)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await DoAsync(open[i], $"{i + 1:N0} of {open.Length:N0}", cancellationToken);
            }
            catch (OperationCanceledException)
            {
                terminal.Say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"stopped with {open.Length - i:N0} of {mine.Length:N0} units left; the same command goes on"));
                return terminal.StoppedCode;
            }
        }

        return Complete();
    }

    /// <summary>Does units that a queue hands out, until all are done.</summary>
    /// <param name="queue">The queue's server.</param>
    /// <param name="done">The names of the parts that are there.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunQueueAsync(string queue, HashSet<string> done, CancellationToken cancellationToken)
    {
        PlannedUnit[] open = [.. plan.Units.Where(unit => !done.Contains(unit.PartName(plan.Format)))];
        ReportOthers(done);
        int taken = 0;
        try
        {
            await Remote.TakeAsync(
                queue, plan, open, request.Lease, unit => DoAsync(unit, $"this worker's number {++taken}", cancellationToken), terminal.Say,
                cancellationToken);
        }
        catch (OperationCanceledException)
        {
            terminal.Say("stopped; the unit in work is back in the queue");
            return terminal.StoppedCode;
        }

        HashSet<string> parts = LabelRun.PartsOf(store);
        int missing = plan.Units.Count(unit => !parts.Contains(unit.PartName(plan.Format)));
        if (missing == 0 || _givenUp > 0) return Complete();
        terminal.Say(string.Create(
            CultureInfo.InvariantCulture, $"the queue is empty, and {missing:N0} units are not done; --plan publishes them anew"));
        return ExitCode.InputFailed;
    }

    /// <summary>Does a unit, unless it is done or given up.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="position">Where in this worker's list it stands, for people.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <exception cref="OperationCanceledException">It was stopped; the unit is left.</exception>
    public async Task DoAsync(PlannedUnit unit, string position, CancellationToken cancellationToken)
    {
        if (store.Exists(unit.PartName(plan.Format))) return;
        UnitTries tries = store.ReadTries(unit);
        if (tries.IsHopeless)
        {
            GiveUp(unit, tries);
            return;
        }

        long start = Stopwatch.GetTimestamp();
        using PartFacts? facts = await run.RunAsync(unit, tries, cancellationToken);
        if (facts is null) return;
        _errors += facts.Errors;
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"unit {unit.Number} ({position}): {facts.Pictures:N0} pictures, {facts.Faces:N0} faces, {facts.Errors:N0} errors, " +
            $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
    }

    /// <summary>Says how the work ended.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public int Complete()
    {
        if (_errors > 0)
        {
            terminal.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{_errors:N0} {(_errors == 1 ? "picture" : "pictures")} could not be read; the column 'error' says why"));
        }

        return _givenUp == 0 ? ExitCode.Success : ExitCode.InputFailed;
    }

    // Where the model, an option or the pictures changed, the parts of before stay beside the new ones.
    private void ReportOthers(HashSet<string> done)
    {
        int others = done.Count - plan.Units.Count(unit => done.Contains(unit.PartName(plan.Format)));
        if (others > 0)
        {
            terminal.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{store.Name} holds {others:N0} parts of another model, other options or other pictures; " +
                $"'mexp label --prune {store.Name}' removes them"));
        }
    }

    private void GiveUp(PlannedUnit unit, UnitTries tries)
    {
        _givenUp++;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"unit {unit.Number} is given up: the process ended {tries.Count} times in it, and no picture explains it; " +
            $"'mexp label --plan' with the same options allows it another try");
        terminal.Say(line);
        using PendingFile file = store.Create("given-up");
        file.Stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Commit(LabelFolders.GivenUp + unit.Name);
    }
}
