namespace MicroExpNet.Training.Kernels;

/// <summary>
/// The reads and writes of one correlation. At each place it reads runs of neighbouring input values and multiplies each value by a row of
/// weights, one for each output channel. Convolutions, the gradients of their inputs and fully connected layers all have this form.
/// </summary>
internal sealed unsafe class Correlation
{
    /// <summary>Places computed together; the tables of places are padded to a multiple of it.</summary>
    public const int TilePlaces = 6;

    private readonly int[] _from;
    private readonly int[] _to;

    /// <summary>Describes a correlation.</summary>
    /// <param name="runs">Offset of each run from its place.</param>
    /// <param name="runLength">Values of each run.</param>
    /// <param name="places">For each place of one image, the offsets where it reads and where it writes.</param>
    /// <param name="images">Images in a shard.</param>
    /// <param name="fromImage">Values from one image to the next where it reads.</param>
    /// <param name="toImage">Values from one image to the next where it writes.</param>
    public Correlation(int[] runs, int runLength, IReadOnlyList<(int From, int To)> places, int images, int fromImage, int toImage)
    {
        Runs = runs;
        RunLength = runLength;
        PlacesPerImage = places.Count;
        int count = checked(places.Count * images);
        int padded = checked((count + TilePlaces - 1) / TilePlaces * TilePlaces);
        _from = GC.AllocateArray<int>(padded, pinned: true);
        _to = GC.AllocateArray<int>(padded, pinned: true);
        for (int i = 0; i < padded; i++)
        {
            // Places after the last repeat it: they read and write the same values.
            int place = Math.Min(i, count - 1);
            int image = place / places.Count;
            (int from, int to) = places[place % places.Count];
            _from[i] = checked(from + (image * fromImage));
            _to[i] = checked(to + (image * toImage));
        }
    }

    /// <summary>Offset of each run from its place.</summary>
    public int[] Runs { get; }

    /// <summary>Values of each run.</summary>
    public int RunLength { get; }

    /// <summary>Rows of weights.</summary>
    public int Taps => Runs.Length * RunLength;

    /// <summary>Places of one image.</summary>
    public int PlacesPerImage { get; }

    /// <summary>Where each place reads, all images one after the other.</summary>
    public ReadOnlySpan<int> From => _from;

    /// <summary>Where each place writes, all images one after the other.</summary>
    public ReadOnlySpan<int> To => _to;
}
