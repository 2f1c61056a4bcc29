using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>A layer's output in the graph being written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsVector">Whether it is <c>[N, features]</c> rather than <c>[N, channels, height, width]</c>.</param>
/// <param name="Flattened">For a vector flattened channels first: the image it was.</param>
internal readonly record struct WrittenValue(string Name, bool IsVector, TensorShape? Flattened = null);
