using MicroExpNet.Cli.Predict;

namespace MicroExpNet.Cli.Video;

/// <summary>The table of films' faces that was asked for.</summary>
/// <param name="Output">The file; null for none.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Csv">How CSV is written.</param>
internal sealed record FaceTable(string? Output, FaceTableFormat Format, CsvStyle Csv)
{
    /// <summary>Starts the table.</summary>
    /// <param name="stream">Where to write.</param>
    /// <param name="labels">The model's classes.</param>
    /// <exception cref="CommandException">The format cannot be written there.</exception>
    public IFaceTableWriter Create(Stream stream, IReadOnlyCollection<string> labels)
    {
        try
        {
            return CreateWriter(stream, labels);
        }
        catch (IOException e) when (Output is not null)
        {
            throw OutputFile.Failed(Output, e);
        }
    }

    private IFaceTableWriter CreateWriter(Stream stream, IReadOnlyCollection<string> labels) => Format switch
    {
        FaceTableFormat.Csv => new CsvFaceTableWriter(stream, Csv, labels),
        FaceTableFormat.Parquet when !stream.CanSeek => throw new CommandException(
            ExitCode.WrongCommand, "Parquet cannot be written to a pipe; name a file with --output"),
        FaceTableFormat.Parquet => new ParquetFaceTableWriter(stream, labels),
        _ => new JsonFaceTableWriter(stream),
    };
}
