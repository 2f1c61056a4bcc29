using Parquet;
using Parquet.Schema;

namespace MicroExpNet.Cli.Tables;

/// <summary>A column of numbers that rows may lack (null).</summary>
/// <typeparam name="T">Their type.</typeparam>
/// <param name="name">Its name.</param>
internal sealed class ParquetOptionalNumberColumn<T>(string name) : ParquetColumn(new DataField<T>(name, nullable: true))
    where T : struct
{
    private readonly T?[] _values = new T?[ParquetTable.MaxGroupRows];
    private int _count;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <summary>Adds the next row's value.</summary>
    /// <param name="value">The number; null where the row has none.</param>
    public void Add(T? value) => _values[_count++] = value;

    /// <inheritdoc/>
    public override void WriteTo(ParquetRowGroupWriter group)
    {
        group.WriteAsync<T>(Field, (ReadOnlyMemory<T?>)_values.AsMemory(0, _count)).GetAwaiter().GetResult();
        _count = 0;
    }
}
