namespace MicroExpNet.Models.Onnx;

/// <summary>A constant of an ONNX graph: float values, or whole numbers for shapes.</summary>
internal sealed record OnnxTensor(string Name, long[] Dimensions, float[]? Floats, long[]? Integers)
{
    public long Count => Dimensions.Aggregate(1L, (product, dimension) => product * dimension);
}
