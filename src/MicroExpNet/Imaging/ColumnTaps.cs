using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MicroExpNet.Imaging;

/// <summary>
/// The taps of all bytes of a resized row, channel by channel, in groups of four. If the sources of a group lie within 16 bytes, one load
/// and one shuffle gather them.
/// </summary>
internal readonly ref struct ColumnTaps : IDisposable
{
    private const int Group = 4;
    private const int Reach = 16;

    // A shuffle index past the end gives 0.
    private const byte Zero = 0xFF;

    private readonly int[] _rented;
    private readonly Span<int> _first;
    private readonly Span<int> _second;
    private readonly Span<int> _weights;
    private readonly Span<int> _start;
    private readonly Span<byte> _shuffle;

    /// <summary>Computes the taps of the columns <paramref name="left"/> and on.</summary>
    public ColumnTaps(int width, int fullWidth, int left, int count, int channels)
    {
        Length = count * channels;
        SourceLength = width * channels;
        int padded = (Length + Group - 1) / Group * Group;
        _rented = ArrayPool<int>.Shared.Rent(padded * 4 + padded / Group);
        _first = _rented.AsSpan(0, padded);
        _second = _rented.AsSpan(padded, padded);
        _weights = _rented.AsSpan(padded * 2, padded);
        _shuffle = MemoryMarshal.AsBytes(_rented.AsSpan(padded * 3, padded));
        _start = _rented.AsSpan(padded * 4, padded / Group);

        double scale = Tap.Scale(width, fullWidth);
        for (int x = 0, i = 0; x < count; x++)
        {
            Tap tap = Tap.At(left + x, width, scale).AtEdge();
            for (int channel = 0; channel < channels; channel++, i++)
            {
                _first[i] = tap.First * channels + channel;
                _second[i] = tap.Second * channels + channel;
                _weights[i] = tap.FirstWeight | tap.SecondWeight << 16;
            }
        }

        for (int i = Length; i < padded; i++)
        {
            _first[i] = _second[i] = _first[Length - 1];
            _weights[i] = 0;
        }

        for (int group = 0; group < _start.Length; group++) _start[group] = Shuffle(group * Group);
    }

    /// <summary>Bytes of a resized row.</summary>
    public int Length { get; }

    /// <summary>Bytes of a resized row with room for whole groups.</summary>
    public int PaddedLength => _first.Length;

    /// <summary>Bytes of a source row.</summary>
    public int SourceLength { get; }

    /// <summary>Resizes one row along its length.</summary>
    /// <param name="row">The source's row.</param>
    /// <param name="resized">The weighted sums, 0 to 32640: 128 times the grey value. Of <see cref="PaddedLength"/>.</param>
    public void Apply(ReadOnlySpan<byte> row, Span<short> resized)
    {
        ReadOnlySpan<int> starts = _start;
        ReadOnlySpan<Vector128<byte>> shuffles = MemoryMarshal.Cast<byte, Vector128<byte>>(_shuffle)[..starts.Length];
        ReadOnlySpan<Vector128<short>> weights = MemoryMarshal.Cast<int, Vector128<short>>(_weights)[..starts.Length];
        Span<Vector64<short>> scaled = MemoryMarshal.Cast<short, Vector64<short>>(resized)[..starts.Length];
        int group = 0;
        if (Avx2.IsSupported)
        {
            // Four groups at a time. Packing takes each half of its vectors by itself, so that the first and third group go together.
            for (; group <= starts.Length - 4; group += 4)
            {
                ReadOnlySpan<int> four = starts.Slice(group, 4);
                if ((four[0] | four[1] | four[2] | four[3]) < 0) break;
                Vector256<int> even = Sums(row, four[0], four[2], shuffles, weights, group);
                Vector256<int> odd = Sums(row, four[1], four[3], shuffles, weights, group + 1);
                Avx2.PackSignedSaturate(even >> 4, odd >> 4).CopyTo(resized[(group * Group)..]);
            }
        }

        for (; group < starts.Length; group++)
        {
            int start = starts[group];
            Vector128<int> sums;
            if (start >= 0)
            {
                Vector128<byte> pixels = Vector128.Create(row.Slice(start, Reach));
                sums = VectorOperations.MultiplyPairs(VectorOperations.Shuffle(pixels, shuffles[group]).AsInt16(), weights[group]);
            }
            else
            {
                int i = group * Group;
                sums = Vector128.Create(Sum(row, i), Sum(row, i + 1), Sum(row, i + 2), Sum(row, i + 3));
            }

            Vector128<int> shifted = sums >> 4;
            scaled[group] = VectorOperations.Narrow(shifted, shifted).GetLower();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<int>.Shared.Return(_rented);

    // The sums of a group and of the second one after it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sums(
        ReadOnlySpan<byte> row, int start, int secondStart, ReadOnlySpan<Vector128<byte>> shuffles, ReadOnlySpan<Vector128<short>> weights,
        int group)
    {
        Vector128<byte> first = Vector128.Create(row.Slice(start, Reach)), second = Vector128.Create(row.Slice(secondStart, Reach));
        Vector256<byte> pairs = Avx2.Shuffle(Vector256.Create(first, second), Vector256.Create(shuffles[group], shuffles[group + 2]));
        return Avx2.MultiplyAddAdjacent(pairs.AsInt16(), Vector256.Create(weights[group], weights[group + 2]));
    }

    private int Sum(ReadOnlySpan<byte> row, int i) => row[_first[i]] * (_weights[i] & 0xFFFF) + row[_second[i]] * (_weights[i] >> 16);

    // Where the group's 16 bytes start, or -1 where its sources reach further.
    private int Shuffle(int i)
    {
        if (SourceLength < Reach) return -1;
        int lowest = int.MaxValue;
        int highest = 0;
        for (int k = i; k < i + Group; k++)
        {
            lowest = Math.Min(lowest, _first[k]);
            highest = Math.Max(highest, _second[k]);
        }

        int start = Math.Min(lowest, SourceLength - Reach);
        if (highest - start >= Reach) return -1;
        for (int k = i; k < i + Group; k++)
        {
            _shuffle[k * 4] = (byte)(_first[k] - start);
            _shuffle[k * 4 + 1] = Zero;
            _shuffle[k * 4 + 2] = (byte)(_second[k] - start);
            _shuffle[k * 4 + 3] = Zero;
        }

        return start;
    }
}
