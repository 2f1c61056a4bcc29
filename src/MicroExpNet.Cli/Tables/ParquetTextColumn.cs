using Parquet;
using Parquet.Schema;

namespace MicroExpNet.Cli.Tables;

/// <summary>A column of texts, UTF-8, that rows may lack (null); values that repeat are stored once in each row group.</summary>
/// <param name="name">Its name.</param>
internal sealed class ParquetTextColumn(string name) : ParquetColumn(new DataField<string>(name))
{
    private readonly List<string?> _values = [];

    /// <inheritdoc/>
    public override int Count => _values.Count;

    /// <summary>Adds the next row's value.</summary>
    /// <param name="value">The text; null where the row has none.</param>
    public void Add(string? value) => _values.Add(value);

    /// <inheritdoc/>
    public override void WriteTo(ParquetRowGroupWriter group)
    {
        group.WriteAsync(Field, (IReadOnlyCollection<string>)_values).GetAwaiter().GetResult();
        _values.Clear();
    }
}
