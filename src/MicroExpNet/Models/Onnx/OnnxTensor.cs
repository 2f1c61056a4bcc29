namespace MicroExpNet.Models.Onnx;

/// <summary>A constant of an ONNX graph: floats, or integers for shapes and quantised weights.</summary>
internal sealed class OnnxTensor(string name, long[] dimensions, float[]? floats, long[]? integers)
{
    private bool? _isFinite;

    public string Name { get; init; } = name;

    public long[] Dimensions { get; init; } = dimensions;

    public float[]? Floats { get; init; } = floats;

    public long[]? Integers { get; init; } = integers;

    /// <summary>ONNX's number for the type of its values.</summary>
    public int ElementType { get; init; } = floats is not null ? OnnxGraph.FloatType : OnnxGraph.Int64Type;

    /// <summary>For floats that were 8-bit integers: their scale, one for all or one for each slice along <see cref="ScaleAxis"/>; else null.</summary>
    public float[]? Scales { get; init; }

    /// <summary>The axis that <see cref="Scales"/> go along.</summary>
    public int ScaleAxis { get; init; }

    /// <summary>Whether all floats are finite; found once, however many nodes read the constant.</summary>
    public bool IsFinite => _isFinite ??= Floats is null || Array.TrueForAll(Floats, float.IsFinite);
}
