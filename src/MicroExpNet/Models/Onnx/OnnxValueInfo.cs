namespace MicroExpNet.Models.Onnx;

/// <summary>An input or output of an ONNX graph.</summary>
internal sealed class OnnxValueInfo(string name, int elementType, long?[]? dimensions)
{
    /// <summary>Its name.</summary>
    public readonly string Name = name;

    /// <summary>ONNX's number of its element type; 1 is float.</summary>
    public readonly int ElementType = elementType;

    /// <summary>Its dimensions, null for one that is left open; null altogether where the file gives no shape.</summary>
    public readonly long?[]? Dimensions = dimensions;
}
