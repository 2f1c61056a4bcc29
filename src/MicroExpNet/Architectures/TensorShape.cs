namespace MicroExpNet.Architectures;

/// <summary>The shape of one image's values between two layers: <c>[height, width, channels]</c>, channels innermost.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">Values at each location.</param>
public readonly record struct TensorShape(int Height, int Width, int Channels)
{
    /// <summary>The number of values; the largest <see cref="int"/> if they are more than that.</summary>
    public int Length => (int)Math.Min(Math.Min((long)Height * Width, int.MaxValue) * Channels, int.MaxValue);

    /// <summary>A plain vector of features.</summary>
    /// <param name="features">Its length.</param>
    internal static TensorShape Vector(int features) => new(1, 1, features);

    /// <summary>E.g. <c>42×42×16</c>, or <c>48</c> for a vector.</summary>
    public override string ToString() => Height == 1 && Width == 1 ? $"{Channels}" : $"{Height}×{Width}×{Channels}";
}
