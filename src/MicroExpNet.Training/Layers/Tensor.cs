using System.Numerics;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;

namespace MicroExpNet.Training.Layers;

/// <summary>
/// Values of a shard of images and, beside them, their gradients: <c>[images, height, width, channels]</c>. Each image has a border of
/// zeros, as wide as any layer reads around it. Nothing writes to the border.
/// </summary>
internal sealed unsafe class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedMemory<T> _values;
    private readonly AlignedMemory<T> _gradient;
    private readonly int _start;

    /// <summary>Allocates a tensor of zeros.</summary>
    /// <param name="shape">The shape of one image.</param>
    /// <param name="border">Width of the border in pixels, 0 or more.</param>
    /// <param name="images">Images it has room for.</param>
    /// <exception cref="OverflowException">It would have more than 2³¹ values; <see cref="BytesOf"/> says so beforehand.</exception>
    public Tensor(TensorShape shape, int border, int images)
    {
        checked
        {
            Shape = shape;
            Images = images;
            RowStride = (shape.Width + (2 * border)) * shape.Channels;
            ImageStride = RowStride * (shape.Height + (2 * border));
            _start = (border * RowStride) + (border * shape.Channels);
            _values = new AlignedMemory<T>(ImageStride * images);
            _gradient = new AlignedMemory<T>(ImageStride * images);
        }
    }

    /// <summary>The shape of one image.</summary>
    public TensorShape Shape { get; }

    /// <summary>Images it has room for.</summary>
    public int Images { get; }

    /// <summary>Values from one row to the next.</summary>
    public int RowStride { get; }

    /// <summary>Values from one image to the next.</summary>
    public int ImageStride { get; }

    /// <summary>Values of one row of one image, without the border.</summary>
    public int RowLength => Shape.Width * Shape.Channels;

    /// <summary>The first value of the first image.</summary>
    public T* Values => _values.Pointer + _start;

    /// <summary>The gradient of the first value of the first image.</summary>
    public T* Gradient => _gradient.Pointer + _start;

    /// <summary>The memory of a tensor in bytes.</summary>
    /// <param name="shape">The shape of one image.</param>
    /// <param name="border">Width of the border in pixels.</param>
    /// <param name="images">Images.</param>
    public static Int128 BytesOf(TensorShape shape, int border, int images)
    {
        Int128 height = shape.Height + (2 * (Int128)border), width = shape.Width + (2 * (Int128)border);
        return 2 * height * width * shape.Channels * images * sizeof(T);
    }

    /// <summary>Offset of a row from the first value.</summary>
    public int Row(int image, int y) => (image * ImageStride) + (y * RowStride);

    /// <summary>The rows of the first images.</summary>
    public TensorRows Rows(int images) => new(images, Shape.Height);

    /// <summary>The first value of a row.</summary>
    public T* ValuesAt(TensorRow row) => Values + Row(row.Image, row.Y);

    /// <summary>The gradient of the first value of a row.</summary>
    public T* GradientAt(TensorRow row) => Gradient + Row(row.Image, row.Y);

    /// <summary>The values of a row.</summary>
    public Span<T> ValuesOf(TensorRow row) => new(ValuesAt(row), RowLength);

    /// <summary>The gradients of a row.</summary>
    public Span<T> GradientOf(TensorRow row) => new(GradientAt(row), RowLength);

    /// <summary>Sets the gradient to zero, for layers that add to it.</summary>
    public void ClearGradient(int images) => _gradient.Span[..(images * ImageStride)].Clear();
}
