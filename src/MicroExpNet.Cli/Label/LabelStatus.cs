using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace MicroExpNet.Cli.Label;

/// <summary>Carries out <c>mexp label --status</c>, <c>--verify</c> and <c>--prune</c>: what an output holds.</summary>
internal static class LabelStatus
{
    private const int Readers = 16;

    // The speed is that of the last minutes.
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>Counts what is done.</summary>
    /// <param name="output">The output.</param>
    /// <param name="asJson">Whether a program reads the answer.</param>
    /// <param name="terminal">The streams.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Count(string output, bool asJson, Terminal terminal)
    {
        ILabelStore store = LabelRun.OpenStore(output);
        UnitPlan plan = LabelRun.CurrentPlan(store);
        Dictionary<string, StoredFile> parts = store.List(PlannedUnit.PartPrefix).ToDictionary(part => part.Name);
        StoredFile[] done = [.. plan.Units.Select(unit => unit.PartName(plan.Format)).Where(parts.ContainsKey).Select(name => parts[name])];
        long pictures = 0, rows = 0, faces = 0, errors = 0;
        int broken = 0;
        ForEach(done, new ParallelOptions { MaxDegreeOfParallelism = Readers }, part =>
        {
            try
            {
                using PartFacts facts = FactsOf(store, plan, part.Name);
                Interlocked.Add(ref pictures, facts.Pictures);
                Interlocked.Add(ref rows, facts.Rows);
                Interlocked.Add(ref faces, facts.Faces);
                Interlocked.Add(ref errors, facts.Errors);
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                Interlocked.Increment(ref broken);
                lock (store) terminal.Say($"{part.Name}: {e.Message}");
            }
        });
        int givenUp = store.List(LabelFolders.GivenUp).Count, left = Math.Max(0, plan.Units.Count - done.Length - givenUp);
        double? perMinute = PerMinute(done, DateTime.UtcNow);
        TimeSpan? remaining = left == 0 ? TimeSpan.Zero : perMinute is { } rate ? TimeSpan.FromMinutes(left / rate) : null;
        (string Name, object? Value)[] facts =
        [
            ("units", plan.Units.Count), ("units done", done.Length), ("units given up", givenUp), ("pictures", pictures), ("rows", rows),
            ("faces", faces), ("errors", errors), ("parts of other plans", parts.Count - done.Length), ("broken parts", broken),
            ("bytes", done.Sum(part => part.Length)), ("units a minute", perMinute),
            (asJson ? "seconds left" : "time left", asJson ? remaining?.TotalSeconds : remaining),
        ];
        if (asJson) terminal.WriteLine(Json(facts));
        else WriteTable(facts, terminal);
        return broken == 0 ? ExitCode.Success : ExitCode.InputFailed;
    }

    /// <summary>Reads every part whole, and compares it with the plan and with what it says of itself.</summary>
    /// <param name="output">The output.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Asks for an early end.</param>
    /// <returns>One of <see cref="ExitCode"/>: success where every unit has its whole part.</returns>
    public static int Verify(string output, Terminal terminal, CancellationToken cancellationToken)
    {
        ILabelStore store = LabelRun.OpenStore(output);
        UnitPlan plan = LabelRun.CurrentPlan(store);
        HashSet<string> parts = LabelRun.PartsOf(store);
        PlannedUnit[] done = [.. plan.Units.Where(unit => parts.Contains(unit.PartName(plan.Format)))];
        int bad = 0;
        long rows = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        ForEach(done, options, unit =>
        {
            string? wrong;
            try
            {
                wrong = Check(store, plan, unit, ref rows);
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                wrong = e.Message;
            }

            if (wrong is null) return;
            Interlocked.Increment(ref bad);
            lock (store) terminal.Say($"{unit.PartName(plan.Format)}: {wrong}; delete it and label again");
        });
        int missing = plan.Units.Count - done.Length;
        terminal.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done.Length - bad:N0} of {plan.Units.Count:N0} parts are whole, with {rows:N0} rows; {bad:N0} are not, {missing:N0} " +
            $"are missing"));
        return bad + missing == 0 ? ExitCode.Success : ExitCode.InputFailed;
    }

    /// <summary>Removes the parts that do not belong to the current plan, and what dead workers left.</summary>
    /// <param name="output">The output.</param>
    /// <param name="terminal">The streams.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Prune(string output, Terminal terminal)
    {
        ILabelStore store = LabelRun.OpenStore(output);
        UnitPlan plan = LabelRun.CurrentPlan(store);
        HashSet<string> wanted = [.. plan.Units.Select(unit => unit.PartName(plan.Format)), plan.Name,
            .. plan.Sources.Where(source => source.IsOwnList).Select(source => source.Path)];
        string[] others = [.. ((string[])[PlannedUnit.PartPrefix, UnitPlan.Prefix, LabelFolders.Own + "list-"])
            .SelectMany(store.List).Select(file => file.Name).Where(name => !wanted.Contains(name))];
        foreach (string name in others) store.Delete(name);
        int removed = others.Count(name => name.StartsWith(PlannedUnit.PartPrefix, StringComparison.Ordinal));
        terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{removed:N0} parts removed"));
        return ExitCode.Success;
    }

    // A store that does not answer is one failure, however many threads asked it.
    private static void ForEach<T>(T[] parts, ParallelOptions options, Action<T> action)
    {
        try
        {
            Parallel.ForEach(parts, options, action);
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<CommandException>().FirstOrDefault() is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private static PartFacts FactsOf(ILabelStore store, UnitPlan plan, string part)
    {
        using Stream stream = store.OpenRead(part);
        if (plan.Format == LabelFormat.Parquet)
        {
            using JsonDocument metadata = JsonDocument.Parse(ParquetLabelReader.ReadMetadata(stream));
            return PartFacts.Of(metadata.RootElement);
        }

        PartFacts facts = new();
        foreach (LabelRow row in LabelTable.Read(stream, plan.Format, plan.Labels)) facts.AddRead(row);
        return facts;
    }

    // What is wrong with a part; null where nothing is.
    private static string? Check(ILabelStore store, UnitPlan plan, PlannedUnit unit, ref long rows)
    {
        using Stream stream = store.OpenRead(unit.PartName(plan.Format));
        using PartFacts facts = new();
        foreach (LabelRow row in LabelTable.Read(stream, plan.Format, plan.Labels)) facts.AddRead(row);
        Interlocked.Add(ref rows, facts.Rows);
        return PartCheck.Problem(stream, plan, unit, facts);
    }

    // Null where no unit was done of late.
    private static double? PerMinute(StoredFile[] done, DateTime now)
    {
        DateTime[] recent = [.. done.Select(part => part.Modified).Where(time => now - time < Window).Order()];
        if (recent.Length == 0) return null;
        DateTime start = recent.Length == done.Length ? recent[0] : now - Window;

        // The first one's own time is not known.
        double minutes = (now - start).TotalMinutes;
        int counted = recent.Length == done.Length ? recent.Length - 1 : recent.Length;
        return counted == 0 || minutes <= 0 ? null : counted / minutes;
    }

    private static void WriteTable((string Name, object? Value)[] facts, Terminal terminal)
    {
        FactTable table = new();
        foreach ((string name, object? value) in facts)
        {
            table.Add(name, value switch
            {
                null => "not known: no unit in the last 10 minutes",
                TimeSpan time => time.ToString(time.TotalDays >= 1 ? @"d\.hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture),
                double number => number.ToString("0.##", CultureInfo.InvariantCulture),
                IFormattable number => number.ToString("N0", CultureInfo.InvariantCulture),
                _ => value.ToString(),
            });
        }

        table.Write(terminal.CreateConsole());
    }

    private static string Json((string Name, object? Value)[] facts)
    {
        IEnumerable<string> members = facts.Select(fact => (Name: fact.Name.Replace(' ', '_'), Number: fact.Value as IFormattable))
            .Select(fact => $"\"{fact.Name}\": {fact.Number?.ToString(null, CultureInfo.InvariantCulture) ?? "null"}");
        return $"{{{string.Join(", ", members)}}}";
    }
}
