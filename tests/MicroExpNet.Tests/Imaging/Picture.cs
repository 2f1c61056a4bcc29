using CsCheck;
using MicroExpNet.Imaging;

namespace MicroExpNet.Tests.Imaging;

/// <summary>A random picture of 1 to 300 pixels a side, rows any bytes apart, and the size it is to have.</summary>
internal sealed record Picture(byte[] Pixels, int Width, int Height, int Stride, int Channels, int NewWidth, int NewHeight)
{
    public static Gen<Picture> Generate { get; } =
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 300], Gen.Int[0, 9], Gen.Int[1, 4], Gen.Int[1, 300], Gen.Int[1, 300], Gen.Int).Select(
            (width, height, gap, channels, newWidth, newHeight, seed) =>
            {
                int stride = width * channels + gap;

                // The last row ends with its last pixel.
                byte[] pixels = new byte[stride * height - gap];
                new Random(seed).NextBytes(pixels);
                return new Picture(pixels, width, height, stride, channels, newWidth, newHeight);
            });

    public ImageView View => new(Pixels, Width, Height, Stride, Channels);

    public byte[] Resize()
    {
        byte[] result = new byte[NewWidth * NewHeight * Channels];
        BilinearResize.Resize(View, result, NewWidth, NewHeight);
        return result;
    }

    public byte[] Packed() => [.. Enumerable.Range(0, Height).SelectMany(y => Pixels.AsSpan(y * Stride, Width * Channels).ToArray())];

    public override string ToString() => $"{Width}×{Height}×{Channels}, stride {Stride}, to {NewWidth}×{NewHeight}";
}
