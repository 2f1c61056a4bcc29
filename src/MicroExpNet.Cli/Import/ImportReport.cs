using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Checkpoints;
using Spectre.Console;

namespace MicroExpNet.Cli.Import;

/// <summary>Says what was taken from a checkpoint.</summary>
internal static class ImportReport
{
    /// <summary>Writes the report.</summary>
    /// <param name="imported">What was taken.</param>
    /// <param name="output">The model file that was written.</param>
    /// <param name="console">Where to.</param>
    public static void Write(ImportedCheckpoint imported, string output, IAnsiConsole console)
    {
        Architecture architecture = imported.Model.Architecture;
        Table tensors = new Table().Border(TableBorder.Simple).AddColumn("tensor").AddColumn("shape").AddColumn(new TableColumn("parameters").RightAligned());
        foreach (CheckpointVariable variable in imported.Taken)
        {
            long count = variable.Shape.Aggregate(1L, (product, size) => product * size);
            tensors.AddRow(new Text(variable.Name), new Text(string.Join('×', variable.Shape)), new Text(Number(count)));
        }

        Grid facts = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Add(facts, "checkpoint", Message.OneLine(imported.IndexPath));
        Add(facts, "architecture", architecture.Name);
        if (Squeeze(architecture) is int squeeze) Add(facts, "squeeze", Number(squeeze));
        Add(facts, "input", architecture.Input.ToString());
        Add(facts, "labels", Message.OneLine(string.Join(", ", architecture.Labels)));
        Add(facts, "parameters", Number(architecture.ParameterCount));
        if (imported.PassedOver.Count > 0) Add(facts, "passed over", Message.OneLine(string.Join(", ", imported.PassedOver)));
        foreach (string note in imported.Notes) Add(facts, "note", Message.OneLine(note));
        Add(facts, "written", Message.OneLine(output));
        console.Write(tensors);
        console.Write(facts);
    }

    private static void Add(Grid facts, string name, string value) => facts.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(value));

    // The width of the squeezed layer, of the 256 or 768 it would have unsqueezed.
    private static int? Squeeze(Architecture architecture)
    {
        string candidate = architecture.Name == OriginalArchitectures.MicroExpNetName ? "p12" : architecture.Name.Split('-')[0];
        if (!OriginalArchitectures.CandidateNames.Contains(candidate)) return null;
        int? width = architecture.Layers.OfType<FullyConnected>().FirstOrDefault()?.OutputShape.Length;
        return OriginalArchitectures.UnsqueezedWidth(candidate) / width;
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
