using Parquet;
using Parquet.Schema;

namespace MicroExpNet.Cli.Tables;

/// <summary>
/// Writes a table as Apache Parquet with Snappy compression. Rows are written in groups as they come, so memory does not depend on their
/// number.
/// </summary>
internal sealed class ParquetTable
{
    /// <summary>Rows of a full row group.</summary>
    public const int MaxGroupRows = 1 << 15;

    private readonly IReadOnlyList<ParquetColumn> _columns;
    private readonly ParquetWriter _writer;

    /// <summary>Starts a table.</summary>
    /// <param name="stream">Takes the bytes; seekable, left open.</param>
    /// <param name="columns">The columns, in order.</param>
    public ParquetTable(Stream stream, IReadOnlyList<ParquetColumn> columns)
    {
        _columns = columns;
        ParquetSchema schema = new(columns.Select(column => column.Field));
        ParquetOptions options = new() { CompressionMethod = CompressionMethod.Snappy };
        _writer = ParquetWriter.CreateAsync(schema, stream, options, false, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Ends a row; every column has got its value.</summary>
    public void EndRow()
    {
        if (_columns[0].Count == MaxGroupRows) WriteGroup();
    }

    /// <summary>Writes the last rows and the table's footer, without which it cannot be read.</summary>
    /// <param name="metadata">What the footer says besides, by key.</param>
    public void Complete(params IReadOnlyCollection<(string Key, string Value)> metadata)
    {
        if (_columns[0].Count > 0) WriteGroup();
        if (metadata.Count > 0) _writer.CustomMetadata = metadata.ToDictionary(one => one.Key, one => one.Value);
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void WriteGroup()
    {
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        foreach (ParquetColumn column in _columns) column.WriteTo(group);
    }
}
