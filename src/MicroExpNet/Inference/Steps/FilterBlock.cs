namespace MicroExpNet.Inference.Steps;

/// <summary>Filters that one pass of a kernel computes together.</summary>
internal readonly struct FilterBlock(int group, int firstFilter, int filters, int vectors, int weights, int biases)
{
    /// <summary>The group of input channels they read.</summary>
    public readonly int Group = group;

    /// <summary>The first of them, counted over all groups.</summary>
    public readonly int FirstFilter = firstFilter;

    /// <summary>How many there are.</summary>
    public readonly int Filters = filters;

    /// <summary>How many vectors hold them: 1 or 2.</summary>
    public readonly int Vectors = vectors;

    /// <summary>Where their weights start in the packed memory.</summary>
    public readonly int Weights = weights;

    /// <summary>Where their biases start in the packed memory.</summary>
    public readonly int Biases = biases;
}
