namespace MicroExpNet.Models.Onnx;

/// <summary>A constant of an ONNX graph: float values, or whole numbers for shapes and quantised weights.</summary>
internal sealed class OnnxTensor(string name, long[] dimensions, float[]? floats, long[]? integers)
{
    public string Name { get; init; } = name;

    public long[] Dimensions { get; init; } = dimensions;

    public float[]? Floats { get; init; } = floats;

    public long[]? Integers { get; init; } = integers;

    /// <summary>ONNX's number for the type of its values.</summary>
    public int ElementType { get; init; } = floats is not null ? OnnxGraph.FloatType : OnnxGraph.Int64Type;

    /// <summary>For floats that were 8-bit numbers: what a step is worth, once or for each slice along <see cref="ScaleAxis"/>; else null.</summary>
    public float[]? Scales { get; init; }

    /// <summary>The axis that <see cref="Scales"/> go along.</summary>
    public int ScaleAxis { get; init; }

    public long Count => Dimensions.Aggregate(1L, (product, dimension) => product * dimension);
}
