using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Models;

namespace MicroExpNet.Training.DataSets;

/// <summary>The faces of a data set in the size a network reads.</summary>
public sealed class PreparedFaces
{
    private readonly byte[] _pixels;
    private readonly int _length;

    private PreparedFaces(byte[] pixels, int length, int[] labels)
    {
        _pixels = pixels;
        _length = length;
        Labels = labels;
    }

    /// <summary>Number of faces.</summary>
    public int Count => Labels.Length;

    /// <summary>Each face's class.</summary>
    public int[] Labels { get; }

    /// <summary>Prepares faces as the recogniser does: a picture of exactly the input's size is taken as it is, any other goes the card's way.</summary>
    /// <param name="data">The faces.</param>
    /// <param name="input">Shape of the network's input.</param>
    /// <param name="crop">The model card's crop.</param>
    public static PreparedFaces Prepare(FaceDataSet data, TensorShape input, FaceCrop? crop)
    {
        ArgumentNullException.ThrowIfNull(data);
        int length = input.Height * input.Width;
        byte[] pixels = new byte[(long)length * data.Samples.Length];
        Parallel.For(0, data.Samples.Length, i =>
        {
            GrayImage image = data.Samples[i].Image;
            Span<byte> destination = pixels.AsSpan(i * length, length);
            if (image.Width == input.Width && image.Height == input.Height) image.Pixels.CopyTo(destination);
            else FacePreparation.Prepare(image.Pixels, image.Width, image.Height, image.Width, 1, crop, destination, input.Width, input.Height);
        });
        return new PreparedFaces(pixels, length, [.. data.Samples.Select(sample => sample.Label)]);
    }

    /// <summary>Grey values of some faces, <c>[count, height, width]</c>.</summary>
    public ReadOnlySpan<byte> Pixels(int first, int count) => _pixels.AsSpan(first * _length, count * _length);
}
