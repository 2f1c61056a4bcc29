namespace MicroExpNet.Inference.Counts;

/// <summary>The number 6.</summary>
internal readonly struct Six : ICount
{
    public static int Value => 6;
}
