using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MicroExpNet.Imaging;

/// <summary>The two source rows, resized along their length, that the current row of the result lies between.</summary>
internal ref struct ResizedRows : IDisposable
{
    private readonly ReadOnlySpan<byte> _source;
    private readonly int _stride;
    private readonly ColumnTaps _columns;
    // Integers, as ColumnTaps rents them: a pool of another type would be compiled, and keep memory, for itself.
    private readonly int[] _rented;
    private Span<short> _first;
    private Span<short> _second;
    private int _firstRow = -1;
    private int _secondRow = -1;

    public ResizedRows(ReadOnlySpan<byte> source, int stride, ColumnTaps columns)
    {
        _source = source;
        _stride = stride;
        _columns = columns;
        _rented = ArrayPool<int>.Shared.Rent(columns.PaddedLength);
        Span<short> values = MemoryMarshal.Cast<int, short>(_rented.AsSpan());
        _first = values[..columns.PaddedLength];
        _second = values.Slice(columns.PaddedLength, columns.PaddedLength);
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
    public readonly void Dispose() => ArrayPool<int>.Shared.Return(_rented);

    // OpenCV drops 16 bits of each product before it adds them; the order matters to the last bit.
    private static void Blend(ReadOnlySpan<short> first, int firstWeight, ReadOnlySpan<short> second, int secondWeight, Span<byte> result)
    {
        var firstWeights = new Vector<short>((short)firstWeight);
        var secondWeights = new Vector<short>((short)secondWeight);
        int at = 0, last = result.Length - Vector<byte>.Count;
        while (at <= last)
        {
            int next = at + Vector<short>.Count;
            Vector<short> lower = Blend(first[at..], firstWeights, second[at..], secondWeights);
            Vector<short> upper = Blend(first[next..], firstWeights, second[next..], secondWeights);
            VectorOperations.Narrow(Vector.AsVectorUInt16(lower), Vector.AsVectorUInt16(upper)).CopyTo(result[at..]);

            // The last vector computes some pixels again.
            at = at < last ? Math.Min(at + Vector<byte>.Count, last) : result.Length;
        }

        for (; at < result.Length; at++)
        {
            result[at] = (byte)((((first[at] * firstWeight) >> 16) + ((second[at] * secondWeight) >> 16) + 2) >> 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<short> Blend(
        ReadOnlySpan<short> first, Vector<short> firstWeights, ReadOnlySpan<short> second, Vector<short> secondWeights) =>
        (VectorOperations.MultiplyHigh(new Vector<short>(first), firstWeights) + new Vector<short>(2)
            + VectorOperations.MultiplyHigh(new Vector<short>(second), secondWeights)) >> 2;

    private readonly void Fill(Span<short> resized, int row) =>
        _columns.Apply(_source.Slice(row * _stride, _columns.SourceLength), resized);
}
