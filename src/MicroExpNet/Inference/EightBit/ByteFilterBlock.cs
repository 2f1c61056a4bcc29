namespace MicroExpNet.Inference.EightBit;

/// <summary>Filters that one pass of a kernel computes together, and the order in which it goes through their taps.</summary>
internal readonly struct ByteFilterBlock(int group, int firstFilter, int filters, int vectors, int[] sets, int weights, int sums)
{
    /// <summary>The group of input channels they read.</summary>
    public readonly int Group = group;

    /// <summary>The first of them, counted over all groups.</summary>
    public readonly int FirstFilter = firstFilter;

    /// <summary>How many there are.</summary>
    public readonly int Filters = filters;

    /// <summary>How many vectors hold them: 1 or 2.</summary>
    public readonly int Vectors = vectors;

    /// <summary>
    /// The sets of quads whose products are added up before they are widened to 32 bits: for each the number of quads, then the quads; 0.
    /// </summary>
    public readonly int[] Sets = sets;

    /// <summary>Where their weights start in the packed memory.</summary>
    public readonly int Weights = weights;

    /// <summary>Where the initial values of their sums start in the packed memory; their factors follow.</summary>
    public readonly int Sums = sums;
}
