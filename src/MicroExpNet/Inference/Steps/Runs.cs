namespace MicroExpNet.Inference.Steps;

/// <summary>The values that one row of a matrix product reads: runs of adjacent values, all of one length.</summary>
internal readonly struct Runs(int[] offsets, int length)
{
    /// <summary>Offset of each run from the row's start, in floats.</summary>
    public readonly int[] Offsets = offsets;

    /// <summary>Values in each run.</summary>
    public readonly int Length = length;

    /// <summary>Values in all.</summary>
    public int Count => Offsets.Length * Length;

    /// <summary>The same values as one run, where the runs are adjacent.</summary>
    public Runs Merged()
    {
        for (int i = 1; i < Offsets.Length; i++)
        {
            if (Offsets[i] != Offsets[i - 1] + Length) return this;
        }

        return new Runs([Offsets[0]], Count);
    }
}
