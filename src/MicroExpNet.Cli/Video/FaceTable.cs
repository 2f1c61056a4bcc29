namespace MicroExpNet.Cli.Video;

/// <summary>Makes the writers of tables of faces.</summary>
internal static class FaceTable
{
    /// <summary>The format that a file's name asks for.</summary>
    /// <param name="output">The file; null for none.</param>
    /// <exception cref="CommandException">The name ends otherwise.</exception>
    public static FaceTableFormat FormatOf(string? output) => Path.GetExtension(output)?.ToLowerInvariant() switch
    {
        ".csv" => FaceTableFormat.Csv,
        null or ".ndjson" or ".jsonl" => FaceTableFormat.NdJson,
        _ => throw new CommandException(ExitCode.WrongCommand, $"--output {output}: the name must end in .csv or .ndjson"),
    };

    /// <summary>Starts a table.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="format">How.</param>
    public static IFaceTableWriter Create(Stream stream, FaceTableFormat format) =>
        format == FaceTableFormat.Csv ? new CsvFaceTableWriter(stream) : new JsonFaceTableWriter(stream);
}
