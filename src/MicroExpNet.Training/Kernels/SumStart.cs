namespace MicroExpNet.Training.Kernels;

/// <summary>What a correlation's sums start from.</summary>
internal enum SumStart
{
    /// <summary>The biases.</summary>
    Biases,

    /// <summary>Zero.</summary>
    Zero,

    /// <summary>The values already at the output.</summary>
    Output,
}
