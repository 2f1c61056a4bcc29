namespace MicroExpNet.Inference.Counts;

/// <summary>The number 8.</summary>
internal readonly struct Eight : ICount
{
    public static int Value => 8;
}
