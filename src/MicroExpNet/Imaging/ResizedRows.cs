using System.Buffers;
using System.Numerics;

namespace MicroExpNet.Imaging;

/// <summary>The two source rows, resized along their length, that the current row of the result lies between.</summary>
internal ref struct ResizedRows : IDisposable
{
    private readonly ReadOnlySpan<byte> _source;
    private readonly int _stride;
    private readonly ColumnTaps _columns;
    private readonly short[] _rented;
    private Span<short> _first;
    private Span<short> _second;
    private int _firstRow = -1;
    private int _secondRow = -1;

    public ResizedRows(ReadOnlySpan<byte> source, int stride, ColumnTaps columns)
    {
        _source = source;
        _stride = stride;
        _columns = columns;
        _rented = ArrayPool<short>.Shared.Rent(columns.PaddedLength * 2);
        _first = _rented.AsSpan(0, columns.PaddedLength);
        _second = _rented.AsSpan(columns.PaddedLength, columns.PaddedLength);
    }

    /// <summary>Computes one row of the result; rows asked for in ascending order are resized once each.</summary>
    public void Blend(Tap tap, Span<byte> result)
    {
        if (_secondRow == tap.First && _firstRow != tap.First)
        {
            Span<short> spare = _first;
            _first = _second;
            _second = spare;
            (_firstRow, _secondRow) = (_secondRow, _firstRow);
        }

        if (_firstRow != tap.First) Fill(_first, _firstRow = tap.First);
        if (_secondRow != tap.Second && tap.Second != tap.First) Fill(_second, _secondRow = tap.Second);
        Blend(_first, tap.FirstWeight, tap.Second == tap.First ? _first : _second, tap.SecondWeight, result);
    }

    /// <inheritdoc/>
    public readonly void Dispose() => ArrayPool<short>.Shared.Return(_rented);

    // OpenCV drops 16 bits of each product before it adds them; the order matters to the last bit.
    private static void Blend(ReadOnlySpan<short> first, int firstWeight, ReadOnlySpan<short> second, int secondWeight, Span<byte> result)
    {
        int i = 0;
        for (; i <= result.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector<ushort> low = BlendVector(first[i..], firstWeight, second[i..], secondWeight);
            int half = i + Vector<short>.Count;
            Vector<ushort> high = BlendVector(first[half..], firstWeight, second[half..], secondWeight);
            Vector.Narrow(low, high).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = (byte)((((first[i] * firstWeight) >> 16) + ((second[i] * secondWeight) >> 16) + 2) >> 2);
        }
    }

    private static Vector<ushort> BlendVector(ReadOnlySpan<short> first, int firstWeight, ReadOnlySpan<short> second, int secondWeight)
    {
        Vector.Widen(new Vector<short>(first), out Vector<int> firstLow, out Vector<int> firstHigh);
        Vector.Widen(new Vector<short>(second), out Vector<int> secondLow, out Vector<int> secondHigh);
        Vector<int> low = ((firstLow * firstWeight) >> 16) + ((secondLow * secondWeight) >> 16) + new Vector<int>(2);
        Vector<int> high = ((firstHigh * firstWeight) >> 16) + ((secondHigh * secondWeight) >> 16) + new Vector<int>(2);
        return Vector.AsVectorUInt16(Vector.Narrow(low >> 2, high >> 2));
    }

    private readonly void Fill(Span<short> resized, int row) => _columns.Apply(_source.Slice(row * _stride, _columns.SourceLength), resized);
}
