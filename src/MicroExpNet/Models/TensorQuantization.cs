namespace MicroExpNet.Models;

/// <summary>
/// How a layer's outputs, or the network's inputs, become 8-bit numbers: the number q stands for <c>Scale · (q − ZeroPoint)</c>.
/// </summary>
/// <param name="Scale">The difference between two numbers that follow each other, above 0.</param>
/// <param name="ZeroPoint">The number that stands for 0.</param>
internal readonly record struct TensorQuantization(float Scale, byte ZeroPoint)
{
    /// <summary>The number nearest to a value, ties to even, as ONNX's <c>QuantizeLinear</c> rounds.</summary>
    /// <param name="value">The value.</param>
    public byte Quantize(float value) => (byte)Math.Clamp(MathF.Round(value / Scale) + ZeroPoint, 0, 255);

    /// <summary>What a number stands for.</summary>
    /// <param name="number">The number.</param>
    public float Dequantize(byte number) => Scale * (number - ZeroPoint);
}
