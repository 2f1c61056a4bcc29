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

    // The oldest make room.
    private const int Capacity = 64;

    private readonly FaceBox[] _boxes = new FaceBox[Capacity];
    private readonly byte[] _cells = new byte[(Capacity + 1) * Cells];
    private int _next;

    // What the candidate looks like that is looked at now.
    private Span<byte> Now => _cells.AsSpan(Capacity * Cells);

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.Clear(_boxes);

    /// <summary>The place of a rejected candidate that overlaps a box most, if any does enough.</summary>
    /// <param name="box">The box of a candidate.</param>
    /// <param name="index">The place's number.</param>
    /// <param name="place">The box of the candidate that was rejected.</param>
    public bool TryFind(FaceBox box, out int index, out FaceBox place)
    {
        index = -1;
        double highest = MinOverlap;
        for (int i = 0; i < Capacity; i++)
        {
            double overlap = _boxes[i].IntersectionOverUnion(box);
            if (overlap >= highest) (highest, index) = (overlap, i);
        }

        place = index < 0 ? default : _boxes[index];
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
        if (!isAsBefore) _boxes[index] = default;
        return isAsBefore;
    }

    /// <summary>Remembers a rejected candidate, which <see cref="Look"/> saw last.</summary>
    /// <param name="box">Its box, before it was measured.</param>
    public void Add(FaceBox box)
    {
        Now.CopyTo(_cells.AsSpan(_next * Cells));
        _boxes[_next] = box;
        _next = (_next + 1) % Capacity;
    }

    /// <summary>Writes the state after a frame.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        writer.Write(_next);
        writer.Write(MemoryMarshal.AsBytes(_boxes.AsSpan()));
        writer.Write(_cells);
    }

    /// <summary>Goes on from a state that was written.</summary>
    public void ReadFrom(BinaryReader reader)
    {
        _next = reader.ReadInt32();
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_boxes.AsSpan()));
        reader.BaseStream.ReadExactly(_cells);
    }
}
