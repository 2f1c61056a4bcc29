namespace MicroExpNet.Models.Onnx;

/// <summary>The order in which an ONNX graph sees the axes of a value that the library itself always holds channels last.</summary>
internal enum AxisOrder
{
    /// <summary><c>[batch, channels, height, width]</c>, ONNX's own.</summary>
    ChannelsFirst,

    /// <summary><c>[batch, height, width, channels]</c>, behind a transposition.</summary>
    ChannelsLast,

    /// <summary><c>[batch, features]</c>.</summary>
    Vector,
}
