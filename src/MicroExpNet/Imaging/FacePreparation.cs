using System.Buffers;
using MicroExpNet.Models;

namespace MicroExpNet.Imaging;

/// <summary>Brings a face's pixels to a model's input size the way its card asks for.</summary>
public static class FacePreparation
{
    /// <summary>Resizes, cuts the window and resizes again; or resizes straight where there is no <paramref name="crop"/>.</summary>
    /// <param name="face">The face's box, <c>[height, width, channels]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="channels">Bytes a pixel, 1 to 4.</param>
    /// <param name="crop">The model's way, or null.</param>
    /// <param name="destination">The result, <c>[destinationHeight, destinationWidth, channels]</c>, packed.</param>
    /// <param name="destinationWidth">Columns of the model's input.</param>
    /// <param name="destinationHeight">Rows of the model's input.</param>
    /// <exception cref="ArgumentException">A size is out of range, a span is too short for it, or <paramref name="crop"/>'s window does
    /// not lie inside its face.</exception>
    public static void Prepare(
        ReadOnlySpan<byte> face, int width, int height, int stride, int channels, FaceCrop? crop, Span<byte> destination, int destinationWidth, int destinationHeight)
    {
        if (crop is null)
        {
            BilinearResize.Resize(face, width, height, stride, channels, destination, destinationWidth, destinationHeight);
            return;
        }

        BilinearResize.CheckSource(face, width, height, stride, channels);
        BilinearResize.CheckDestination(destination, destinationWidth, destinationHeight, channels);
        if (!crop.IsValid) throw new ArgumentException($"a crop whose window does not lie inside its face: {crop}", nameof(crop));

        byte[] window = ArrayPool<byte>.Shared.Rent(crop.Width * crop.Height * channels);
        BilinearResize.ResizeWindow(
            face, width, height, stride, channels, crop.FaceWidth, crop.FaceHeight, crop.Left, crop.Top, window, crop.Width, crop.Height);
        BilinearResize.Resize(
            window, crop.Width, crop.Height, crop.Width * channels, channels, destination, destinationWidth, destinationHeight);
        ArrayPool<byte>.Shared.Return(window);
    }
}
