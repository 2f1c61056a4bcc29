namespace MicroExpNet.Inference;

/// <summary>Filters that one pass of a kernel computes together.</summary>
/// <param name="Group">The group of input channels they read.</param>
/// <param name="FirstFilter">The first of them, counted over all groups.</param>
/// <param name="Filters">How many there are.</param>
/// <param name="Vectors">How many vectors hold them: 1 or 2.</param>
/// <param name="Weights">Where their weights start in the packed memory.</param>
/// <param name="Biases">Where their biases start in the packed memory.</param>
internal readonly record struct FilterBlock(int Group, int FirstFilter, int Filters, int Vectors, int Weights, int Biases);
