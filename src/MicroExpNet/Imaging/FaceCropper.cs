using System.Buffers;
using MicroExpNet.Models;

namespace MicroExpNet.Imaging;

/// <summary>Cuts a face out of an image and brings it to a model's input size, as the model's card says.</summary>
/// <param name="card">The model's card.</param>
/// <param name="width">Columns of the model's input.</param>
/// <param name="height">Rows of the model's input.</param>
internal sealed class FaceCropper(ModelCard card, int width, int height)
{
    /// <summary>Bytes of a crop: one a pixel in grey, three in colour.</summary>
    public int Length => width * height * (IsGray ? 1 : 3);

    /// <summary>Whether the model reads grey crops.</summary>
    public bool IsGray => card.InputFormat == PixelFormat.Gray8;

    /// <summary>
    /// Whether an image may be made grey before a face is cut out of it. Not with the original's crop, which is made grey last: the other
    /// order rounds differently, and the original's checkpoints magnify that.
    /// </summary>
    public bool CanReadGray => IsGray && card.FaceCrop is null;

    /// <summary>Cuts out a face as the model reads it: in grey, or in colour with the card's order of channels.</summary>
    /// <param name="image">The image.</param>
    /// <param name="face">The face, its box inside the image.</param>
    /// <param name="crop">Receives <c>[height, width, channels]</c>, packed; of just that length.</param>
    public void CutInput(ImageView image, DetectedFace face, Span<byte> crop)
    {
        if (IsGray)
        {
            CutGray(image, face, crop);
            return;
        }

        byte[]? converted = image.IsPlanar ? ArrayPool<byte>.Shared.Rent(image.Width * image.Height * 4) : null;
        if (converted is not null)
        {
            ColorConversion.ToRgba(image, converted);
            image = new ImageView(converted, image.Width, image.Height, PixelFormat.Rgba32);
        }

        byte[] cut = ArrayPool<byte>.Shared.Rent(width * height * image.Channels);
        Cut(image, face, cut);
        Convert(new ImageView(cut, width, height, image.Format), crop);
        ArrayPool<byte>.Shared.Return(cut);
        if (converted is not null) ArrayPool<byte>.Shared.Return(converted);
    }

    /// <summary>Converts an image of the model's input size to the format that the model reads.</summary>
    /// <param name="image">The image.</param>
    /// <param name="crop">Receives <c>[height, width, channels]</c>, packed; of just that length.</param>
    public void Convert(ImageView image, Span<byte> crop)
    {
        if (IsGray) Grayscale.FromImage(image, crop);
        else ColorConversion.ToTriples(image, crop, isBlueFirst: card.InputFormat == PixelFormat.Bgr24);
    }

    /// <summary>
    /// Cuts out a face. A face tilted in the image plane is first rotated upright by its eyes, if the card asks for that and the eyes are
    /// known.
    /// </summary>
    /// <param name="image">The image, <c>[height, width, channels]</c>.</param>
    /// <param name="face">The face, its box inside the image.</param>
    /// <param name="crop">Receives the face, <c>[height, width, channels]</c>, packed.</param>
    public void Cut(ImageView image, DetectedFace face, Span<byte> crop)
    {
        FaceBox box = face.Box;
        if (!card.Upright || !FaceRotation.IsTilted(face))
        {
            Resize(image.Slice(box), card.FaceCrop, crop, width, height, card.Antialias);
            return;
        }

        byte[] rotated = ArrayPool<byte>.Shared.Rent(box.Width * box.Height * image.Channels);
        FaceRotation.RotateUpright(image, box, face.Eyes!.Value.Tilt, rotated);
        ImageView upright = new(rotated, box.Width, box.Height, box.Width * image.Channels, image.Channels);
        Resize(upright, card.FaceCrop, crop, width, height, card.Antialias);
        ArrayPool<byte>.Shared.Return(rotated);
    }

    /// <summary>Cuts out a face in grey. A face in colour is resized first and made grey last, as the original does: the other order rounds
    /// differently. Of a format with planes, only the luma is read.</summary>
    /// <param name="image">The image.</param>
    /// <param name="face">The face, its box inside the image.</param>
    /// <param name="crop">Receives grey values, <c>[height, width]</c>, packed; of just their length.</param>
    public void CutGray(ImageView image, DetectedFace face, Span<byte> crop)
    {
        if (image.TryGetGray(out ImageView gray))
        {
            Cut(gray, face, crop);
            return;
        }

        byte[] colors = ArrayPool<byte>.Shared.Rent(width * height * image.Channels);
        Cut(image, face, colors);
        Grayscale.FromImage(new ImageView(colors, width, height, image.Format), crop);
        ArrayPool<byte>.Shared.Return(colors);
    }

    /// <summary>Resizes a face, cuts the crop's window out and resizes that; without a crop, resizes the face once.</summary>
    /// <param name="face">The face, <c>[height, width, channels]</c>.</param>
    /// <param name="crop">The card's crop, or null.</param>
    /// <param name="destination">The result, <c>[height, width, channels]</c>, packed.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="antialias">Whether every source pixel counts where an image is reduced.</param>
    /// <exception cref="ArgumentException">A size is out of range, <paramref name="destination"/> is too short for it, or the window of
    /// <paramref name="crop"/> does not lie inside its face.</exception>
    public static void Resize(ImageView face, FaceCrop? crop, Span<byte> destination, int width, int height, bool antialias = false)
    {
        BilinearResize.CheckDestination(destination, width, height, face.Channels);
        if (crop is null)
        {
            ResizeWindow(face, width, height, new FaceBox(0, 0, width, height), destination, antialias);
            return;
        }

        if (!crop.IsValid) throw new ArgumentException($"a crop whose window does not lie inside its face: {crop}", nameof(crop));
        byte[] window = ArrayPool<byte>.Shared.Rent(crop.Width * crop.Height * face.Channels);
        FaceBox box = new(crop.Left, crop.Top, crop.Width, crop.Height);
        ResizeWindow(face, crop.FaceWidth, crop.FaceHeight, box, window, antialias);
        ImageView cut = new(window, crop.Width, crop.Height, crop.Width * face.Channels, face.Channels);
        ResizeWindow(cut, width, height, new FaceBox(0, 0, width, height), destination, antialias);
        ArrayPool<byte>.Shared.Return(window);
    }

    private static void ResizeWindow(ImageView source, int width, int height, FaceBox window, Span<byte> destination, bool antialias)
    {
        bool reduces = source.Width > width || source.Height > height;
        if (antialias && reduces) TriangleResize.ResizeWindow(source, width, height, window, destination);
        else BilinearResize.ResizeWindow(source, width, height, window, destination);
    }
}
