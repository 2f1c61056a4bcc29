namespace MicroExpNet.Inference.Steps;

/// <summary>What a <see cref="PointwiseStep{TLanes,TVector}"/> computes of each value.</summary>
internal enum PointwiseKind
{
    /// <summary>The value itself.</summary>
    Copy,

    /// <summary>Its hard-swish.</summary>
    HardSwish,

    /// <summary>Its sum with the other input's value.</summary>
    Add,
}
