namespace MicroExpNet.Inference;

/// <summary>Where the values lie that one row of a matrix product reads: runs of neighbours, all of one length.</summary>
/// <param name="Offsets">Of each run's first value from the row's start, in floats.</param>
/// <param name="Length">Values in each run.</param>
internal readonly record struct Runs(int[] Offsets, int Length)
{
    /// <summary>Values in all.</summary>
    public int Count => Offsets.Length * Length;

    /// <summary>The same values in one run, if they all lie together.</summary>
    public Runs Merged()
    {
        for (int i = 1; i < Offsets.Length; i++)
        {
            if (Offsets[i] != Offsets[i - 1] + Length) return this;
        }

        return new Runs([Offsets[0]], Count);
    }
}
