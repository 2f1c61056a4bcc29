namespace MicroExpNet.Models.Onnx;

/// <summary>The order in which an ONNX graph sees the axes of a value. The library itself always holds channels last.</summary>
internal enum AxisOrder
{
    /// <summary><c>[batch, channels, height, width]</c>, ONNX's own.</summary>
    ChannelsFirst,

    /// <summary><c>[batch, height, width, channels]</c>, after a transposition.</summary>
    ChannelsLast,

    /// <summary><c>[batch, features]</c>.</summary>
    Vector,

    /// <summary><c>[batch, features, 1]</c>, on the way from an image of one pixel to a vector or back.</summary>
    Column,
}
