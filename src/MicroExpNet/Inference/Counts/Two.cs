namespace MicroExpNet.Inference.Counts;

/// <summary>The number 2.</summary>
internal readonly struct Two : ICount
{
    public static int Value => 2;
}
