namespace MicroExpNet.Vision;

/// <summary>Finds cuts, where a frame shows another scene than the one before: no track may go on there.</summary>
internal sealed class CutDetector
{
    private const int Columns = 32, Rows = 18;

    // The mean difference of two scenes' thumbnails, after their mean brightness is taken away, is 30 to 70 grey levels; that of two frames
    // of one scene hardly ever exceeds 15.
    private const double MinDifference = 24;

    private readonly float[] _thumbnail = new float[Columns * Rows];
    private readonly float[] _before = new float[Columns * Rows];
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
        const int samples = 4;
        ReadOnlySpan<byte> pixels = frame.Pixels;
        float sum = 0;
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                int total = 0;
                for (int i = 0; i < samples * samples; i++)
                {
                    int x = (int)((((long)column * samples) + (i % samples)) * frame.Width / (Columns * samples));
                    int y = (int)((((long)row * samples) + (i / samples)) * frame.Height / (Rows * samples));
                    total += pixels[(y * frame.Stride) + x];
                }

                sum += _thumbnail[(row * Columns) + column] = (float)total / (samples * samples);
            }
        }

        float mean = sum / _thumbnail.Length;
        for (int i = 0; i < _thumbnail.Length; i++) _thumbnail[i] -= mean;
    }
}
