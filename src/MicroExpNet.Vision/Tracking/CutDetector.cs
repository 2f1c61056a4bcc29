namespace MicroExpNet.Vision;

/// <summary>Finds cuts, where a frame shows another scene than the one before: no track may go on there.</summary>
internal sealed class CutDetector
{
    private const int Columns = 32, Rows = 18;

    // Pixels of a cell that are read, along each axis.
    private const int Samples = 4;

    // The mean difference of two scenes' thumbnails, after their mean brightness is taken away, is 30 to 70 grey levels; that of two frames
    // of one scene hardly ever exceeds 15.
    private const double MinDifference = 24;

    private readonly float[] _thumbnail = new float[Columns * Rows];
    private readonly float[] _before = new float[Columns * Rows];
    private readonly int[] _columns = new int[Columns * Samples];
    private (int Width, int Height) _size;
    private bool _hasBefore;

    /// <summary>Adds the next frame.</summary>
    /// <param name="frame">The grey frame.</param>
    /// <returns>Whether a cut lies between it and the frame before.</returns>
    public bool IsCut(ImageView frame)
    {
        Shrink(frame);
        double difference = 0;
        for (int i = 0; i < _thumbnail.Length; i++) difference += Math.Abs(_thumbnail[i] - _before[i]);
        bool isCut = _hasBefore && difference / _thumbnail.Length > MinDifference;
        _thumbnail.CopyTo(_before, 0);
        _hasBefore = true;
        return isCut;
    }

    /// <summary>Forgets the last frame.</summary>
    public void Reset() => _hasBefore = false;

    /// <summary>Writes the state after a frame.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        writer.Write(_hasBefore);
        foreach (float value in _before) writer.Write(value);
    }

    /// <summary>Goes on from a state that was written.</summary>
    public void ReadFrom(BinaryReader reader)
    {
        _hasBefore = reader.ReadBoolean();
        foreach (ref float value in _before.AsSpan()) value = reader.ReadSingle();
    }

    // Few pixels of each cell stand for all.
    private void Shrink(ImageView frame)
    {
        if (_size != (frame.Width, frame.Height))
        {
            for (int i = 0; i < _columns.Length; i++) _columns[i] = (int)((long)i * frame.Width / _columns.Length);
            _size = (frame.Width, frame.Height);
        }

        ReadOnlySpan<byte> pixels = frame.Pixels;
        Span<int> totals = stackalloc int[Columns];
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            totals.Clear();
            for (int i = 0; i < Samples; i++)
            {
                int y = (int)((((long)row * Samples) + i) * frame.Height / (Rows * Samples));
                ReadOnlySpan<byte> line = pixels.Slice(y * frame.Stride, frame.Width);
                for (int column = 0; column < _columns.Length; column++) totals[column / Samples] += line[_columns[column]];
            }

            for (int column = 0; column < Columns; column++)
            {
                sum += _thumbnail[(row * Columns) + column] = (float)totals[column] / (Samples * Samples);
            }
        }

        float mean = sum / _thumbnail.Length;
        for (int i = 0; i < _thumbnail.Length; i++) _thumbnail[i] -= mean;
    }
}
