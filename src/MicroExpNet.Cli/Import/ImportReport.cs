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
        Table tensors = new Table().Border(TableBorder.Simple).AddColumn("tensor").AddColumn("shape")
            .AddColumn(new TableColumn("parameters").RightAligned());
        foreach (CheckpointVariable variable in imported.Taken)
        {
            long count = variable.Shape.Aggregate(1L, (product, size) => product * size);
            tensors.AddRow(new Text(Message.OneLine(variable.Name)), new Text(string.Join('×', variable.Shape)), new Text(Number(count)));
        }

        FactTable facts = new();
        facts.Add("checkpoint", imported.IndexPath);
        facts.Add("architecture", architecture.Name);
        if (Squeeze(architecture) is int squeeze) facts.Add("squeeze", Number(squeeze));
        facts.Add("input", architecture.Input.ToString());
        facts.Add("labels", string.Join(", ", architecture.Labels));
        facts.Add("parameters", Number(architecture.ParameterCount));
        if (imported.PassedOver.Count > 0) facts.Add("passed over", string.Join(", ", imported.PassedOver));
        foreach (string note in imported.Notes) facts.Add("note", note);
        facts.Add("written", output);
        console.Write(tensors);
        facts.Write(console);
    }

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
