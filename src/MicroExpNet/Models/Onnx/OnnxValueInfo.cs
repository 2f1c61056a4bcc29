namespace MicroExpNet.Models.Onnx;

/// <summary>An input or output of an ONNX graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">ONNX's number of its element type; 1 is float.</param>
/// <param name="Dimensions">Its dimensions, null for one that is left open; null altogether where the file gives no shape.</param>
internal sealed record OnnxValueInfo(string Name, int ElementType, long?[]? Dimensions);
