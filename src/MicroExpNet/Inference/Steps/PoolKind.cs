namespace MicroExpNet.Inference.Steps;

/// <summary>What a <see cref="PoolStep{TLanes, TVector}"/> takes of its window.</summary>
internal enum PoolKind
{
    /// <summary>The greatest value.</summary>
    Max,

    /// <summary>The mean of the places inside the image.</summary>
    AverageOfImage,

    /// <summary>The mean of all places, with zeros for the padding.</summary>
    AverageOfWindow,
}
