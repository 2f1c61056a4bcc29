namespace MicroExpNet.Inference.Counts;

/// <summary>
/// A number as a type: a kernel that takes it as a type parameter is compiled for each number, without the branches that others would take.
/// </summary>
internal interface ICount
{
    static abstract int Value { get; }
}
