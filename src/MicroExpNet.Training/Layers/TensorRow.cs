namespace MicroExpNet.Training.Layers;

/// <summary>One row of pixels of a shard's images.</summary>
/// <param name="Image">The image.</param>
/// <param name="Y">The row in the image.</param>
internal readonly record struct TensorRow(int Image, int Y);
