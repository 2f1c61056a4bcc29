using Parquet;
using Parquet.Schema;

namespace MicroExpNet.Cli.Tables;

/// <summary>A column of numbers; each row has one.</summary>
/// <typeparam name="T">Their type.</typeparam>
/// <param name="name">Its name.</param>
internal sealed class ParquetNumberColumn<T>(string name) : ParquetColumn(new DataField<T>(name))
    where T : struct
{
    private readonly T[] _values = new T[ParquetTable.MaxGroupRows];
    private int _count;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <summary>Adds the next row's value.</summary>
    /// <param name="value">The number.</param>
    public void Add(T value) => _values[_count++] = value;

    /// <inheritdoc/>
    public override void WriteTo(ParquetRowGroupWriter group)
    {
        group.WriteAsync<T>(Field, _values.AsMemory(0, _count)).GetAwaiter().GetResult();
        _count = 0;
    }
}
