using MicroExpNet.Imaging;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Imaging;

public sealed class TriangleResizeTests
{
    [Theory]
    [InlineData(200, 180, 48, 48)]
    [InlineData(97, 61, 48, 60)]
    [InlineData(1000, 7, 84, 84)]
    [InlineData(49, 49, 48, 48)]
    [InlineData(300, 20, 31, 40)]
    [InlineData(1, 90, 1, 45)]
    [InlineData(64, 64, 1, 1)]
    public void It_gives_what_onnx_runtime_gives_with_antialiasing(int width, int height, int newWidth, int newHeight)
    {
        byte[] pixels = new byte[width * height];
        new Random(width).NextBytes(pixels);
        byte[] resized = new byte[newWidth * newHeight];
        TriangleResize.ResizeWindow(
            new ImageView(pixels, width, height), newWidth, newHeight, new FaceBox(0, 0, newWidth, newHeight), resized);
        byte[] file = new GraphFile(18)
            .Input("x", 1, 1, height, width)
            .Integers("size", 1, 1, newHeight, newWidth)
            .Node("Resize", ["x", "", "", "size"], "y", ("mode", "linear"), ("antialias", 1L))
            .Output("y", 1, 1, newHeight, newWidth)
            .ToBytes();
        float[] expected = OnnxRuntime.Run(file, [.. pixels.Select(pixel => (float)pixel)], [1, 1, height, width]);

        // Rounded to a whole number: half of one, and a little for another order of sums.
        for (int i = 0; i < resized.Length; i++) Assert.Equal(expected[i], resized[i], 0.51f);
    }

    [Fact]
    public void Channels_and_windows_and_gaps_between_rows_are_respected()
    {
        const int width = 90, height = 70, stride = (3 * width) + 5;
        byte[] pixels = new byte[stride * height];
        new Random(2).NextBytes(pixels);
        ImageView image = new(pixels, width, height, stride, 3);
        byte[] whole = new byte[48 * 48 * 3], window = new byte[10 * 20 * 3];
        TriangleResize.ResizeWindow(image, 48, 48, new FaceBox(0, 0, 48, 48), whole);
        TriangleResize.ResizeWindow(image, 48, 48, new FaceBox(7, 9, 10, 20), window);
        for (int channel = 0; channel < 3; channel++)
        {
            byte[] plane = [.. Enumerable.Range(0, width * height).Select(i => pixels[(i / width * stride) + (i % width * 3) + channel])];
            byte[] alone = new byte[48 * 48];
            TriangleResize.ResizeWindow(new ImageView(plane, width, height), 48, 48, new FaceBox(0, 0, 48, 48), alone);
            for (int i = 0; i < alone.Length; i++) Assert.Equal(alone[i], whole[(3 * i) + channel], 1f);
        }

        for (int y = 0; y < 20; y++)
        {
            Assert.Equal(whole.AsSpan((((9 + y) * 48) + 7) * 3, 30).ToArray(), window.AsSpan(y * 30, 30).ToArray());
        }
    }
}
