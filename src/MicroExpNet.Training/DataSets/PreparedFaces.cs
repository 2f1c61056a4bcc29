using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Models;
using MicroExpNet.Training.Augmentation;

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

    /// <summary>Prepares faces that are moved or sized as a detector might have cut them.</summary>
    /// <param name="data">The faces.</param>
    /// <param name="input">Shape of the network's input.</param>
    /// <param name="shiftX">How far the middle looked at lies to the right, as a share of the width.</param>
    /// <param name="shiftY">How far it lies further down, as a share of the height.</param>
    /// <param name="scale">Size of the faces, 1 for their own.</param>
    public static PreparedFaces Moved(FaceDataSet data, TensorShape input, double shiftX, double shiftY, double scale)
    {
        ArgumentNullException.ThrowIfNull(data);
        int length = input.Height * input.Width;
        byte[] pixels = new byte[(long)length * data.Samples.Length];
        Parallel.For(0, data.Samples.Length, i => DrawMoved(data.Samples[i].Image, new FacePlacement(Scale: scale, ShiftX: shiftX, ShiftY: shiftY), input, pixels.AsSpan(i * length, length)));
        return new PreparedFaces(pixels, length, [.. data.Samples.Select(sample => sample.Label)]);
    }

    /// <summary>Grey values of some faces, <c>[count, height, width]</c>.</summary>
    public ReadOnlySpan<byte> Pixels(int first, int count) => _pixels.AsSpan(first * _length, count * _length);

    private static unsafe void DrawMoved(GrayImage image, FacePlacement placement, TensorShape input, Span<byte> destination)
    {
        float[] drawn = new float[destination.Length];
        fixed (float* values = drawn) FaceDrawing.Draw(image, placement, new FaceShade(1, 0, 0, 255, Adds: false), values, input.Height, input.Width, input.Width);
        for (int i = 0; i < drawn.Length; i++) destination[i] = (byte)MathF.Round(drawn[i]);
    }
}
