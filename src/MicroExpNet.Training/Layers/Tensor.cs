using System.Numerics;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// The values of one layer for a shard of images and, beside them, their gradient: <c>[images, height, width, channels]</c> with a border
/// of zeros around each image, as wide as any reader needs. Nobody writes to the border.
/// </summary>
internal sealed unsafe class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedMemory<T> _values;
    private readonly AlignedMemory<T> _gradient;
    private readonly int _start;

    public Tensor(TensorShape shape, int border, int images)
    {
        Shape = shape;
        Images = images;
        RowStride = (shape.Width + (2 * border)) * shape.Channels;
        ImageStride = RowStride * (shape.Height + (2 * border));
        _start = (border * RowStride) + (border * shape.Channels);
        _values = new AlignedMemory<T>(ImageStride * images);
        _gradient = new AlignedMemory<T>(ImageStride * images);
    }

    public TensorShape Shape { get; }

    /// <summary>Images there is room for.</summary>
    public int Images { get; }

    public int RowStride { get; }

    public int ImageStride { get; }

    /// <summary>Values of one row of one image, without borders.</summary>
    public int RowLength => Shape.Width * Shape.Channels;

    /// <summary>The first value of the first image.</summary>
    public T* Values => _values.Pointer + _start;

    /// <summary>The first value of the first image's gradient.</summary>
    public T* Gradient => _gradient.Pointer + _start;

    /// <summary>Offset of a row of an image.</summary>
    public int Row(int image, int y) => (image * ImageStride) + (y * RowStride);

    /// <summary>Sets the gradient to zero, for layers that add to it.</summary>
    public void ClearGradient(int images) => _gradient.Span[..(images * ImageStride)].Clear();
}
