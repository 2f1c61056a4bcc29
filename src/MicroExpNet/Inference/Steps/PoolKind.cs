namespace MicroExpNet.Inference.Steps;

/// <summary>What a pool computes of its window.</summary>
internal enum PoolKind
{
    /// <summary>The maximum.</summary>
    Max,

    /// <summary>The mean of the pixels inside the image.</summary>
    AverageOfImage,

    /// <summary>The mean of all pixels, with zeros for the padding.</summary>
    AverageOfWindow,
}
