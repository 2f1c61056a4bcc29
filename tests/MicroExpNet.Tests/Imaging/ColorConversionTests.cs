using MicroExpNet.Imaging;

namespace MicroExpNet.Tests.Imaging;

public class ColorConversionTests
{
    // BT.601, video range, in double precision (ITU-R BT.601-7, 2.5).
    [Theory]
    [InlineData(PixelFormat.Nv12, 6, 4, 6)]
    [InlineData(PixelFormat.Nv12, 7, 5, 10)]
    [InlineData(PixelFormat.I420, 6, 4, 6)]
    [InlineData(PixelFormat.I420, 7, 5, 9)]
    public void A_camera_s_frame_has_the_colours_of_bt_601(PixelFormat format, int width, int height, int stride)
    {
        int chromaHeight = (height + 1) / 2, chromaStride = format == PixelFormat.Nv12 ? stride : (stride + 1) / 2;
        byte[] frame = new byte[(stride * height) + (chromaStride * chromaHeight * 2)], rgba = new byte[width * height * 4];
        for (int seed = 0; seed < 50; seed++)
        {
            new Random(seed).NextBytes(frame);
            ColorConversion.ToRgba(new ImageView(frame, width, height, stride, format), rgba);
            for (int i = 0; i < width * height; i++)
            {
                int x = i % width, y = i / width, chroma = (stride * height) + (y / 2 * chromaStride);
                double luma = 255.0 / 219 * Math.Max(0, frame[(y * stride) + x] - 16);
                double u = (format == PixelFormat.Nv12 ? frame[chroma + (x / 2 * 2)] : frame[chroma + (x / 2)]) - 128;
                double v = (format == PixelFormat.Nv12
                    ? frame[chroma + (x / 2 * 2) + 1] : frame[chroma + (chromaStride * chromaHeight) + (x / 2)]) - 128;
                double scale = 255.0 / 224, red = 2 * (1 - 0.299) * scale, blue = 2 * (1 - 0.114) * scale;
                double[] expected =
                    [luma + (red * v), luma - (0.114 / 0.587 * blue * u) - (0.299 / 0.587 * red * v), luma + (blue * u), 255];
                for (int k = 0; k < 4; k++) Assert.Equal(Math.Clamp(expected[k], 0, 255), rgba[(4 * i) + k], 1.01);
            }
        }
    }
}
