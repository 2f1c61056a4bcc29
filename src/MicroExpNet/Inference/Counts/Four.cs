namespace MicroExpNet.Inference.Counts;

/// <summary>The number 4.</summary>
internal readonly struct Four : ICount
{
    public static int Value => 4;
}
