namespace MicroExpNet.Inference.Memory;

/// <summary>The bounds that an activation puts on a layer's output: ReLU is 0 to ∞.</summary>
internal readonly struct ActivationRange(float minimum, float maximum)
{
    public readonly float Minimum = minimum;

    public readonly float Maximum = maximum;

    public static ActivationRange None { get; } = new(float.NegativeInfinity, float.PositiveInfinity);

    public static ActivationRange Relu { get; } = new(0, float.PositiveInfinity);
}
