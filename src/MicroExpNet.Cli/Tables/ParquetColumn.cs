using Parquet;
using Parquet.Schema;

namespace MicroExpNet.Cli.Tables;

/// <summary>A column of a Parquet table: it holds the values of the rows that are not written yet.</summary>
/// <param name="field">Its name and type.</param>
internal abstract class ParquetColumn(DataField field)
{
    /// <summary>Its name and type.</summary>
    public DataField Field { get; } = field;

    /// <summary>The values that are not written yet.</summary>
    public abstract int Count { get; }

    /// <summary>Writes the values and forgets them.</summary>
    /// <param name="group">The row group that takes them.</param>
    public abstract void WriteTo(ParquetRowGroupWriter group);
}
