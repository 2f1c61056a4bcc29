using MicroExpNet.Architectures;

namespace MicroExpNet.Inference.Memory;

/// <summary>
/// Where one layer's output lies in the scratch memory: an image with a border of zeros around it, as wide as the padding of the
/// convolutions that read it, so that these need no bounds checks and no padded copy.
/// </summary>
internal readonly struct Region(int offset, int rowStride, TensorShape shape)
{
    /// <summary>Of the first value of the image itself, in floats.</summary>
    public readonly int Offset = offset;

    /// <summary>Floats from one row to the next.</summary>
    public readonly int RowStride = rowStride;

    /// <summary>The image, without its border.</summary>
    public readonly TensorShape Shape = shape;

    /// <summary>Floats from one pixel to the next.</summary>
    public int PixelStride => Shape.Channels;

    /// <summary>Whether the image lies packed, without a border between its rows.</summary>
    public bool IsPacked => RowStride == Shape.Width * Shape.Channels || Shape.Height == 1;
}
