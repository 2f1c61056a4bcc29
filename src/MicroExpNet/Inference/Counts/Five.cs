namespace MicroExpNet.Inference.Counts;

/// <summary>The number 5.</summary>
internal readonly struct Five : ICount
{
    public static int Value => 5;
}
