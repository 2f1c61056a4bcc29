using MicroExpNet.Architectures;

namespace MicroExpNet.Models.Onnx;

/// <summary>A layer's output in the graph being written.</summary>
/// <param name="name">Its name.</param>
/// <param name="isVector">Whether it is <c>[N, features]</c> rather than <c>[N, channels, height, width]</c>.</param>
/// <param name="flattened">For a vector flattened channels first: the image it was.</param>
internal readonly struct WrittenValue(string name, bool isVector, TensorShape? flattened = null)
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = name;

    /// <summary>Whether it is <c>[N, features]</c> rather than <c>[N, channels, height, width]</c>.</summary>
    public bool IsVector { get; } = isVector;

    /// <summary>For a vector flattened channels first: the image it was.</summary>
    public TensorShape? Flattened { get; } = flattened;
}
