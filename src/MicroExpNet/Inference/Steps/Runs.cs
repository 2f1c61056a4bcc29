namespace MicroExpNet.Inference.Steps;

/// <summary>Where the values lie that one row of a matrix product reads: runs of neighbours, all of one length.</summary>
internal readonly struct Runs(int[] offsets, int length)
{
    /// <summary>Of each run's first value from the row's start, in floats.</summary>
    public readonly int[] Offsets = offsets;

    /// <summary>Values in each run.</summary>
    public readonly int Length = length;

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
