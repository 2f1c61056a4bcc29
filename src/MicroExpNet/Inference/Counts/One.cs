namespace MicroExpNet.Inference.Counts;

/// <summary>The number 1.</summary>
internal readonly struct One : ICount
{
    public static int Value => 1;
}
