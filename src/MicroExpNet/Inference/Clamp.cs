namespace MicroExpNet.Inference;

/// <summary>The bounds that an activation puts on a layer's output: ReLU is 0 to ∞.</summary>
internal readonly record struct Clamp(float Minimum, float Maximum)
{
    public static Clamp None { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    public static Clamp Relu { get; } = new(0, float.PositiveInfinity);
}
