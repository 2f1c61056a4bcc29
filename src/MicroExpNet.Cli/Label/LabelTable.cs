namespace MicroExpNet.Cli.Label;

/// <summary>Makes the writers and readers of the formats.</summary>
internal static class LabelTable
{
    /// <summary>Starts a table.</summary>
    /// <param name="stream">Takes the bytes; seekable, left open.</param>
    /// <param name="format">How to write.</param>
    /// <param name="labels">The model's classes.</param>
    public static ILabelWriter Write(Stream stream, LabelFormat format, IReadOnlyList<string> labels) => format switch
    {
        LabelFormat.Csv => new CsvLabelWriter(stream, labels),
        LabelFormat.NdJson => new JsonLabelWriter(stream, labels),
        _ => new ParquetLabelWriter(stream, labels),
    };

    /// <summary>Reads a table's rows in order.</summary>
    /// <param name="stream">Its bytes, seekable.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="labels">The model's classes.</param>
    /// <exception cref="FormatException">It is no such table, or not whole.</exception>
    public static IEnumerable<LabelRow> Read(Stream stream, LabelFormat format, IReadOnlyList<string> labels) => format switch
    {
        LabelFormat.Csv => CsvLabelReader.Read(stream, labels),
        LabelFormat.NdJson => JsonLabelReader.Read(stream, labels),
        _ => ParquetLabelReader.Read(stream, labels),
    };
}
