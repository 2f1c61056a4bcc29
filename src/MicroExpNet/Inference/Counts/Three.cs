namespace MicroExpNet.Inference.Counts;

/// <summary>The number 3.</summary>
internal readonly struct Three : ICount
{
    public static int Value => 3;
}
