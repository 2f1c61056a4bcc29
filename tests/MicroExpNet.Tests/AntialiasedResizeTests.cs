using MicroExpNet.Imaging;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests;

/// <summary>The antialiased resize beside ONNX Runtime's, apart from the tests that run under emulation, where that does not run.</summary>
public sealed class AntialiasedResizeTests
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
}
