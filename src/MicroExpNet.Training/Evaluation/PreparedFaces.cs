using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Models;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.DataSets;

/// <summary>The faces of a data set in the size a network reads.</summary>
public sealed class PreparedFaces
{
    private const ulong TiltSeed = 0x71170;

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
            else FaceCropper.Resize(new ImageView(image.Pixels, image.Width, image.Height), crop, destination, input.Width, input.Height);
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

    /// <summary>
    /// Prepares faces as a detector finds them: each lies, perhaps tilted, in the middle of a picture of twice its side whose rest goes on as
    /// the face's edge. Where the detector finds none there, its place is taken as known.
    /// </summary>
    /// <param name="data">The faces.</param>
    /// <param name="recognizer">Cuts the faces as the model's card says.</param>
    /// <param name="maximumTilt">Each face is tilted at random by up to so many radians either way.</param>
    /// <param name="share">The face's share of the picture's side.</param>
    /// <returns>The faces, and the share of them that was found.</returns>
    internal static (PreparedFaces Faces, double Found) Found(FaceDataSet data, PhotoRecognizer recognizer, double maximumTilt, double share = 0.5)
    {
        int length = recognizer.Recognizer.InputHeight * recognizer.Recognizer.InputWidth, found = 0;
        byte[] pixels = new byte[(long)length * data.Samples.Length];
        Parallel.For(0, data.Samples.Length, i =>
        {
            GrayImage image = data.Samples[i].Image;
            RandomStream random = new(TiltSeed, (ulong)i);
            Photo photo = InMiddle(image, random.NextDouble(-1, 1) * maximumTilt, share);
            int width = (int)(photo.Width * share), height = (int)(photo.Height * share);
            FaceBox known = new((photo.Width - width) / 2, (photo.Height - height) / 2, width, height);
            DetectedFace[] inMiddle = [.. recognizer.Detector!.Detect(photo).Where(face => IsInMiddle(face.Box, photo))];
            if (inMiddle.Length > 0) Interlocked.Increment(ref found);
            recognizer.Crop(photo, inMiddle.Length > 0 ? inMiddle[0] : new DetectedFace(known), pixels.AsSpan(i * length, length));
        });
        return (new PreparedFaces(pixels, length, [.. data.Samples.Select(sample => sample.Label)]), (double)found / data.Samples.Length);
    }

    /// <summary>Grey values of some faces, <c>[count, height, width]</c>.</summary>
    public ReadOnlySpan<byte> Pixels(int first, int count) => _pixels.AsSpan(first * _length, count * _length);

    private static bool IsInMiddle(FaceBox box, Photo photo) =>
        box.X < photo.Width / 2 && box.X + box.Width > photo.Width / 2 && box.Y < photo.Height / 2 && box.Y + box.Height > photo.Height / 2 && box.Width > photo.Width / 5;

    // Twice as large as it is, so that a detector sees a face of the size photos have.
    private static unsafe Photo InMiddle(GrayImage image, double tilt, double share)
    {
        int width = 4 * image.Width, height = 4 * image.Height;
        float[] drawn = new float[width * height];
        fixed (float* values = drawn) FaceDrawing.Draw(image, new FacePlacement(Scale: share, Angle: tilt), new FaceShade(1, 0, 0, 255, Adds: false), values, height, width, width);
        byte[] rgba = new byte[drawn.Length * 4];
        for (int i = 0; i < drawn.Length; i++) rgba.AsSpan(4 * i, 4).Fill((byte)MathF.Round(drawn[i]));
        return new Photo(rgba, width, height);
    }

    private static unsafe void DrawMoved(GrayImage image, FacePlacement placement, TensorShape input, Span<byte> destination)
    {
        float[] drawn = new float[destination.Length];
        fixed (float* values = drawn) FaceDrawing.Draw(image, placement, new FaceShade(1, 0, 0, 255, Adds: false), values, input.Height, input.Width, input.Width);
        for (int i = 0; i < drawn.Length; i++) destination[i] = (byte)MathF.Round(drawn[i]);
    }
}
