namespace MicroExpNet.Training.Kernels;

/// <summary>
/// What one correlation reads and writes: at each place, runs of neighbouring input values, each value multiplied by a row of weights
/// that reaches over the output channels. Forward convolutions, their input gradients and fully connected layers are all of this form.
/// </summary>
internal sealed unsafe class Correlation
{
    /// <summary>Places computed together; tables of places are filled up to a multiple of it.</summary>
    public const int TilePlaces = 6;

    private readonly int[] _from;
    private readonly int[] _to;

    /// <summary>Keeps a description.</summary>
    /// <param name="runs">Offset of each run from its place.</param>
    /// <param name="runLength">Values of each run.</param>
    /// <param name="places">Offsets of each place of one image: where it reads and where it writes.</param>
    /// <param name="images">Images in a shard.</param>
    /// <param name="fromImage">Values from one image to the next where it reads.</param>
    /// <param name="toImage">Values from one image to the next where it writes.</param>
    public Correlation(int[] runs, int runLength, IReadOnlyList<(int From, int To)> places, int images, int fromImage, int toImage)
    {
        Runs = runs;
        RunLength = runLength;
        PlacesPerImage = places.Count;
        int count = places.Count * images;
        int padded = (count + TilePlaces - 1) / TilePlaces * TilePlaces;
        _from = GC.AllocateArray<int>(padded, pinned: true);
        _to = GC.AllocateArray<int>(padded, pinned: true);
        for (int i = 0; i < padded; i++)
        {
            // Places past the last repeat it: they read and write the same values, which harms nothing.
            int place = Math.Min(i, count - 1);
            int image = place / places.Count;
            (int from, int to) = places[place % places.Count];
            _from[i] = from + (image * fromImage);
            _to[i] = to + (image * toImage);
        }
    }

    public int[] Runs { get; }

    public int RunLength { get; }

    /// <summary>Rows of weights.</summary>
    public int Taps => Runs.Length * RunLength;

    public int PlacesPerImage { get; }

    /// <summary>Where each place reads, all images one after the other.</summary>
    public ReadOnlySpan<int> From => _from;

    /// <summary>Where each place writes, all images one after the other.</summary>
    public ReadOnlySpan<int> To => _to;
}
