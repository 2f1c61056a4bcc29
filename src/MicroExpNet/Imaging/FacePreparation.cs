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
    /// <exception cref="ArgumentException">A size is out of range or a span is too short for it.</exception>
    public static void Prepare(
        ReadOnlySpan<byte> face, int width, int height, int stride, int channels, FaceCrop? crop, Span<byte> destination, int destinationWidth, int destinationHeight) =>
        throw new NotImplementedException();
}
