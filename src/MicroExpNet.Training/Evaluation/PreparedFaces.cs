using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Models;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.Evaluation;

/// <summary>The faces of a data set in the size of a network's input.</summary>
internal sealed class PreparedFaces
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

    /// <summary>Position of each face's class, <c>[count]</c>.</summary>
    public int[] Labels { get; }

    /// <summary>
    /// Prepares faces as the recogniser does: a picture of exactly the input's size is used as it is; any other is cropped and resized as
    /// the model's card says.
    /// </summary>
    /// <param name="data">The faces.</param>
    /// <param name="input">Shape of the network's input.</param>
    /// <param name="card">The model's card; null for the original's way without a crop.</param>
    public static PreparedFaces Prepare(FaceDataSet data, TensorShape input, ModelCard? card)
    {
        ArgumentNullException.ThrowIfNull(data);
        int length = input.Height * input.Width;
        byte[] pixels = new byte[(long)length * data.Samples.Length];
        Parallel.For(0, data.Samples.Length, i =>
        {
            GrayImage image = data.Samples[i].Image;
            Span<byte> destination = pixels.AsSpan(i * length, length);
            if (image.Width == input.Width && image.Height == input.Height) image.Pixels.CopyTo(destination);
            else Resize(image, card ?? new ModelCard(), destination, input.Width, input.Height);
        });
        return new PreparedFaces(ForChannels(pixels, input), input.Length, [.. data.Samples.Select(sample => sample.Label)]);
    }

    /// <summary>Prepares faces shifted or scaled, as a detector might have cut them.</summary>
    /// <param name="data">The faces.</param>
    /// <param name="input">Shape of the network's input.</param>
    /// <param name="shiftX">How far the crop's centre lies to the right of the face's, as a share of the width.</param>
    /// <param name="shiftY">How far it lies below, as a share of the height.</param>
    /// <param name="scale">Scale of the faces; 1 for their own size.</param>
    public static PreparedFaces PrepareShifted(FaceDataSet data, TensorShape input, double shiftX, double shiftY, double scale)
    {
        ArgumentNullException.ThrowIfNull(data);
        int length = input.Height * input.Width;
        byte[] pixels = new byte[(long)length * data.Samples.Length];
        FacePlacement placement = new(Scale: scale, ShiftX: shiftX, ShiftY: shiftY);
        Parallel.For(0, data.Samples.Length, i => Render(data.Samples[i].Image, placement, input, pixels.AsSpan(i * length, length)));
        return new PreparedFaces(ForChannels(pixels, input), input.Length, [.. data.Samples.Select(sample => sample.Label)]);
    }

    /// <summary>
    /// Prepares faces as a detector finds them. Each lies in the centre of a larger picture, perhaps tilted; the rest of the picture
    /// repeats the face's edge. Where the detector finds no face in the centre, the known box is used.
    /// </summary>
    /// <param name="data">The faces.</param>
    /// <param name="recognizer">Cuts out the faces as the model's card says.</param>
    /// <param name="maxTilt">Maximum tilt to either side, in radians; each face's is random.</param>
    /// <param name="share">The face's share of the picture's side.</param>
    /// <returns>The faces, and the share of them that was found.</returns>
    internal static (PreparedFaces Faces, double Found) PrepareDetected(
        FaceDataSet data, PhotoRecognizer recognizer, double maxTilt, double share = 0.5)
    {
        int length = recognizer.Recognizer.Network.Model.Architecture.Input.Length, found = 0;
        byte[] pixels = new byte[(long)length * data.Samples.Length];
        Parallel.For(0, data.Samples.Length, i =>
        {
            GrayImage image = data.Samples[i].Image;
            RandomStream random = new(TiltSeed, (ulong)i);
            Photo photo = InCentre(image, random.NextDouble(-1, 1) * maxTilt, share);
            int width = (int)(photo.Width * share), height = (int)(photo.Height * share);
            FaceBox known = new((photo.Width - width) / 2, (photo.Height - height) / 2, width, height);
            DetectedFace[] inCentre = [.. recognizer.Detector!.Detect(photo).Where(face => IsInCentre(face.Box, photo))];
            if (inCentre.Length > 0) Interlocked.Increment(ref found);
            recognizer.Crop(photo, inCentre.Length > 0 ? inCentre[0] : new DetectedFace(known), pixels.AsSpan(i * length, length));
        });
        return (new PreparedFaces(pixels, length, [.. data.Samples.Select(sample => sample.Label)]), (double)found / data.Samples.Length);
    }

    /// <summary>Pixels of some faces, <c>[count, height, width, channels]</c>.</summary>
    /// <param name="first">Position of the first face.</param>
    /// <param name="count">Number of faces.</param>
    public ReadOnlySpan<byte> Pixels(int first, int count) => _pixels.AsSpan(first * _length, count * _length);

    /// <summary>Brings a face to a network's input size as the model's card says.</summary>
    public static void Resize(GrayImage image, ModelCard card, Span<byte> destination, int width, int height) => FaceCropper.Resize(
        new ImageView(image.Pixels, image.Width, image.Height), card.FaceCrop, destination, width, height, card.Antialias);

    // A network of three channels reads a grey face as three equal ones.
    private static byte[] ForChannels(byte[] gray, TensorShape input)
    {
        if (input.Channels == 1) return gray;
        byte[] pixels = new byte[(long)gray.Length * input.Channels];
        for (int i = 0; i < gray.Length; i++) pixels.AsSpan(i * input.Channels, input.Channels).Fill(gray[i]);
        return pixels;
    }

    private static bool IsInCentre(FaceBox box, Photo photo) =>
        box.X < photo.Width / 2 && box.X + box.Width > photo.Width / 2
        && box.Y < photo.Height / 2 && box.Y + box.Height > photo.Height / 2
        && box.Width > photo.Width / 5;

    // Four times as large as the image, so that a detector sees faces of the size that photos have.
    private static unsafe Photo InCentre(GrayImage image, double tilt, double share)
    {
        int width = 4 * image.Width, height = 4 * image.Height;
        float[] rendered = new float[width * height];
        FacePlacement placement = new(Scale: share, Angle: tilt);
        fixed (float* values = rendered)
        {
            FaceDrawing.Draw(image, placement, new FaceShade(1, 0, 0, 255, Adds: false), values, height, width, width);
        }

        byte[] rgba = new byte[rendered.Length * 4];
        for (int i = 0; i < rendered.Length; i++) rgba.AsSpan(4 * i, 4).Fill((byte)MathF.Round(rendered[i]));
        return new Photo(rgba, width, height);
    }

    private static unsafe void Render(GrayImage image, FacePlacement placement, TensorShape input, Span<byte> destination)
    {
        float[] rendered = new float[destination.Length];
        fixed (float* values = rendered)
        {
            FaceDrawing.Draw(image, placement, new FaceShade(1, 0, 0, 255, Adds: false), values, input.Height, input.Width, input.Width);
        }

        for (int i = 0; i < rendered.Length; i++) destination[i] = (byte)MathF.Round(rendered[i]);
    }
}
