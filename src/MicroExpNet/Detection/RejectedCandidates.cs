using System.Runtime.InteropServices;

namespace MicroExpNet.Detection;

/// <summary>
/// The candidates of a video's earlier frames that clearly were no faces, and what they looked like. A search does not measure one again
/// that looks as it did: most of a film's background is the same from one search to the next.
/// </summary>
internal sealed class RejectedCandidates
{
    // What a crop looks like: mean grey values of its parts, in which the noise of single pixels is lost.
    private const int Columns = 12;
    private const int Cells = Columns * Columns;

    // The differences of two crops of one place that count as noise, in grey levels: their mean, and the largest.
    private const int MaxMeanDifference = 2;
    private const int MaxDifference = 12;

    // A candidate overlaps the box of the frame before by so much where nothing changed.
    private const double MinOverlap = 0.7;

    // Those that were not met for longest make room.
    private const int Capacity = 64;

    private readonly Entry[] _entries = new Entry[Capacity];
    private readonly byte[] _cells = new byte[(Capacity + 1) * Cells];
    private int _count;
    private long _time;

    // What the candidate looks like that is looked at now.
    private Span<byte> Now => _cells.AsSpan(Capacity * Cells);

    /// <summary>Forgets all.</summary>
    public void Clear() => _count = 0;

    /// <summary>The place of a rejected candidate that overlaps a box most, if any does enough.</summary>
    /// <param name="box">The box of a candidate.</param>
    /// <param name="index">The place's number.</param>
    /// <param name="place">The box of the candidate that was rejected.</param>
    public bool TryFind(FaceBox box, out int index, out FaceBox place)
    {
        index = -1;
        double highest = MinOverlap;
        for (int i = 0; i < _count; i++)
        {
            double overlap = _entries[i].Box.IntersectionOverUnion(box);
            if (overlap >= highest) (highest, index) = (overlap, i);
        }

        place = index < 0 ? default : _entries[index].Box;
        return index >= 0;
    }

    /// <summary>Looks at a crop: what <see cref="IsAsBefore"/> and <see cref="Add"/> are about.</summary>
    /// <param name="level">The pyramid's level that holds the crop.</param>
    /// <param name="gain">The factor for its grey values.</param>
    public void Look(ImagePyramid level, float gain)
    {
        Span<byte> cells = Now;
        ReadOnlySpan<byte> pixels = level.Pixels;
        for (int row = 0, cell = 0; row < Columns; row++)
        {
            int top = row * level.Height / Columns, bottom = Math.Max(top + 1, (row + 1) * level.Height / Columns);
            for (int column = 0; column < Columns; column++, cell++)
            {
                int left = column * level.Width / Columns, right = Math.Max(left + 1, (column + 1) * level.Width / Columns), sum = 0;
                for (int y = top; y < bottom; y++)
                {
                    foreach (byte value in pixels[((y * level.Width) + left)..((y * level.Width) + right)]) sum += value;
                }

                cells[cell] = (byte)Math.Min(255, gain * sum / ((bottom - top) * (right - left)));
            }
        }
    }

    /// <summary>Whether the place that <see cref="Look"/> saw last looks as it did when its candidate was rejected. If it does not, it is
    /// forgotten.</summary>
    /// <param name="index">The place's number.</param>
    public bool IsAsBefore(int index)
    {
        ReadOnlySpan<byte> now = Now, before = _cells.AsSpan(index * Cells, Cells);
        int sum = 0, most = 0;
        for (int i = 0; i < Cells; i++)
        {
            int difference = Math.Abs(now[i] - before[i]);
            sum += difference;
            most = Math.Max(most, difference);
        }

        bool isAsBefore = sum <= MaxMeanDifference * Cells && most <= MaxDifference;
        if (isAsBefore) _entries[index].LastMet = ++_time;
        else Remove(index);
        return isAsBefore;
    }

    /// <summary>Remembers a rejected candidate, which <see cref="Look"/> saw last.</summary>
    /// <param name="box">Its box, before it was measured.</param>
    public void Add(FaceBox box)
    {
        if (_count == Capacity) Remove(LeastRecent());
        Now.CopyTo(_cells.AsSpan(_count * Cells));
        _entries[_count++] = new Entry { Box = box, LastMet = ++_time };
    }

    /// <summary>Writes the state after a frame.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        writer.Write(_time);
        writer.Write(_count);
        writer.Write(MemoryMarshal.AsBytes(_entries.AsSpan(0, _count)));
        writer.Write(_cells.AsSpan(0, _count * Cells));
    }

    /// <summary>Goes on from a state that was written.</summary>
    public void ReadFrom(BinaryReader reader)
    {
        _time = reader.ReadInt64();
        _count = reader.ReadInt32();
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_entries.AsSpan(0, _count)));
        reader.BaseStream.ReadExactly(_cells.AsSpan(0, _count * Cells));
    }

    private int LeastRecent()
    {
        int least = 0;
        for (int i = 1; i < _count; i++)
        {
            if (_entries[i].LastMet < _entries[least].LastMet) least = i;
        }

        return least;
    }

    private void Remove(int index)
    {
        _count--;
        _entries[index] = _entries[_count];
        _cells.AsSpan(_count * Cells, Cells).CopyTo(_cells.AsSpan(index * Cells));
    }

    private struct Entry
    {
        public FaceBox Box;
        public long LastMet;
    }
}
