using MicroExpNet.Imaging;

namespace MicroExpNet.Tests.Imaging;

public sealed class TriangleResizeTests
{
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
