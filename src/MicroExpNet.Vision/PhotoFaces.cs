using System.Buffers;
using MicroExpNet.Imaging;

namespace MicroExpNet.Vision;

/// <summary>Chooses the faces of an image and cuts them out as a model reads them.</summary>
internal static class PhotoFaces
{
    /// <summary>Chooses faces; null stands for the whole image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="detector">Finds them; null takes every image as one face.</param>
    /// <param name="selection">Which faces, and what happens if there is none.</param>
    /// <param name="count">The most faces; the largest stay.</param>
    /// <returns>The faces, the largest first.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="selection"/> is not one of its values.</exception>
    /// <exception cref="InvalidOperationException">The detector returned null, or a box outside the image.</exception>
    public static DetectedFace?[] Select(
        ImageView image, IFaceDetector? detector, FaceSelection selection, int count = int.MaxValue)
    {
        image.ThrowIfEmpty(nameof(image));
        if (!Enum.IsDefined(selection)) throw new ArgumentOutOfRangeException(nameof(selection), selection, "no such selection of faces");
        if (detector is null || selection == FaceSelection.Whole) return [null];
        IReadOnlyList<DetectedFace> found = detector.Detect(image)
            ?? throw new InvalidOperationException($"{detector.GetType()} returned null; expected a list of faces, which may be empty");
        if (found.Count == 0) return selection is FaceSelection.All or FaceSelection.Largest ? [] : [null];
        if (selection is FaceSelection.Largest or FaceSelection.LargestOrWhole) count = 1;
        DetectedFace?[] faces = new DetectedFace?[Math.Min(count, found.Count)];
        for (int i = 0; i < faces.Length; i++)
        {
            faces[i] = found[i];
            FaceBox box = found[i].Box;
            if (box.ClippedTo(image.Width, image.Height) is { Width: > 0, Height: > 0 }) continue;
            throw new InvalidOperationException(
                $"{detector.GetType()} returned the box {box.X},{box.Y},{box.Width},{box.Height}; "
                + $"expected one in the image of {image.Width}×{image.Height}");
        }

        return faces;
    }

    /// <summary>Cuts faces out.</summary>
    /// <param name="image">The image.</param>
    /// <param name="faces">The faces; null stands for the whole image. Boxes are clipped to the image.</param>
    /// <param name="cropper">Cuts as the model's card says.</param>
    /// <returns>Grey values, <c>[face, input height, input width]</c>, packed; a rented array that may be longer.</returns>
    public static byte[] Rent(ImageView image, ReadOnlySpan<DetectedFace?> faces, FaceCropper cropper)
    {
        byte[] crops = ArrayPool<byte>.Shared.Rent(faces.Length * cropper.Length);
        for (int i = 0; i < faces.Length; i++)
        {
            DetectedFace face = faces[i] ?? new DetectedFace(new FaceBox(0, 0, image.Width, image.Height));
            FaceBox inside = Clip(image, face.Box, nameof(faces));
            cropper.CutInput(image, face with { Box = inside }, crops.AsSpan(i * cropper.Length, cropper.Length));
        }

        return crops;
    }

    /// <summary>The part of a box that lies in the image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="box">The box.</param>
    /// <param name="parameter">The parameter that an exception names.</param>
    /// <exception cref="ArgumentException">No part does.</exception>
    public static FaceBox Clip(ImageView image, FaceBox box, string parameter)
    {
        image.ThrowIfEmpty(nameof(image));
        FaceBox inside = box.ClippedTo(image.Width, image.Height);
        return inside.Width > 0 && inside.Height > 0
            ? inside
            : throw new ArgumentException(
                $"the box {box.X},{box.Y},{box.Width},{box.Height} lies outside the image of {image.Width}×{image.Height}", parameter);
    }
}
