using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MicroExpNet.Cli.Label;

/// <summary>Carries out <c>mexp label --merge</c>: one table of all parts, and a summary beside it.</summary>
internal static class LabelMerge
{
    /// <summary>Merges the parts of the current plan, in the order of the units.</summary>
    /// <param name="output">The output that holds them.</param>
    /// <param name="target">The table; its ending says the format.</param>
    /// <param name="terminal">The streams.</param>
    /// <param name="cancellationToken">Asks for an early end; nothing is written then.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CommandException">A part is broken, or the table cannot be written.</exception>
    public static int Run(string output, string target, Terminal terminal, CancellationToken cancellationToken)
    {
        if (RemoteFile.IsUrl(target)) throw new CommandException(ExitCode.WrongCommand, $"{target}: --merge writes to a disk; give a path");
        LabelFormat format = FormatOf(target);
        ILabelStore store = LabelRun.OpenStore(output);
        UnitPlan plan = LabelRun.CurrentPlan(store);
        HashSet<string> parts = LabelRun.PartsOf(store);
        PlannedUnit[] done = [.. plan.Units.Where(unit => parts.Contains(unit.PartName(plan.Format)))];
        if (done.Length == 0) throw new CommandException(ExitCode.InputFailed, $"{store.Name}: no unit is done");
        OutputFile.CheckApart(
            [("--output", target), ("--output's summary", SummaryOf(target))],
            done.Select(unit => Path.Join(output, unit.PartName(plan.Format))));
        using PartFacts facts = new();
        using OutputFile file = new(target);
        using OutputFile summary = new(SummaryOf(target));
        try
        {
            ILabelWriter writer = LabelTable.Write(file.Stream, format, plan.Labels);
            for (int i = 0; i < done.Length; i++)
            {
                terminal.Status.Update(() => string.Create(CultureInfo.InvariantCulture, $"{i:N0} of {done.Length:N0} parts"));
                Copy(store, plan, done[i], facts, writer, cancellationToken);
            }

            writer.Complete(PartMetadata.Write(plan, unit: null, facts));
            WriteSummary(summary.Stream, plan, done.Length, facts);
        }
        catch (IOException e)
        {
            throw OutputFile.Failed(target, e);
        }
        finally
        {
            terminal.Status.Clear();
        }

        file.Commit();
        summary.Commit();
        terminal.Report(string.Create(
            CultureInfo.InvariantCulture,
            $"{target}: {facts.Pictures:N0} pictures, {facts.Faces:N0} faces, {facts.Errors:N0} errors, {facts.Rows:N0} rows"));
        int missing = plan.Units.Count - done.Length;
        if (missing == 0) return ExitCode.Success;
        terminal.Say(string.Create(
            CultureInfo.InvariantCulture, $"{missing:N0} of {plan.Units.Count:N0} units are not done; the table lacks them"));
        return ExitCode.InputFailed;
    }

    /// <summary>The path of a table's summary.</summary>
    /// <param name="target">The table.</param>
    public static string SummaryOf(string target) => Path.ChangeExtension(target, null) + ".summary.json";

    private static LabelFormat FormatOf(string target) => Path.GetExtension(target).ToLowerInvariant() switch
    {
        ".parquet" => LabelFormat.Parquet,
        ".csv" => LabelFormat.Csv,
        ".ndjson" or ".jsonl" => LabelFormat.NdJson,
        _ => throw new CommandException(ExitCode.WrongCommand, $"--output {target}: the name must end in .parquet, .csv or .ndjson"),
    };

    private static void Copy(
        ILabelStore store, UnitPlan plan, PlannedUnit unit, PartFacts facts, ILabelWriter writer, CancellationToken cancellationToken)
    {
        string part = unit.PartName(plan.Format);
        try
        {
            using Stream stream = Open(store, part);
            using PartFacts read = new();
            foreach (LabelRow row in LabelTable.Read(stream, plan.Format, plan.Labels))
            {
                cancellationToken.ThrowIfCancellationRequested();
                read.AddRead(row);
                facts.AddRead(row);
                writer.Write(row);
            }

            if (PartCheck.Problem(stream, plan, unit, read) is { } problem) throw new FormatException(problem);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.InputFailed, $"{part}: {e.Message}; delete it and label again");
        }
        catch (ObjectStoreException e)
        {
            throw new CommandException(ExitCode.InputFailed, $"{part}: {e.Message}");
        }
    }

    private static Stream Open(ILabelStore store, string part)
    {
        try
        {
            return store.OpenRead(part);
        }
        catch (Exception e) when (e is IOException and not ObjectStoreException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputFailed, Message.OneLine(Message.Of(e, part)));
        }
    }

    private static void WriteSummary(Stream stream, UnitPlan plan, int done, PartFacts facts)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("model", plan.Model);
            json.WriteString("model_sha256", plan.ModelDigest);
            json.WriteNumber("units", plan.Units.Count);
            json.WriteNumber("units_done", done);
            json.WriteNumber("pictures", facts.Pictures);
            json.WriteNumber("rows", facts.Rows);
            json.WriteNumber("faces", facts.Faces);
            json.WriteNumber("errors", facts.Errors);
            WriteCounts(json, "faces_by_expression", facts.Expressions);
            WriteCounts(json, "errors_by_kind", facts.ErrorKinds);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        stream.Write(buffer.WrittenSpan);
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> counts)
    {
        json.WriteStartObject(name);
        foreach ((string key, long count) in counts) json.WriteNumber(key, count);
        json.WriteEndObject();
    }
}
