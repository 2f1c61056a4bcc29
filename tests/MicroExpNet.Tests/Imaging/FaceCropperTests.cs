using MicroExpNet.Imaging;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Imaging;

public sealed class FaceCropperTests
{
    [Fact]
    public void The_eight_training_windows_are_the_originals()
    {
        NumpyFile input = ReferenceData.Numpy("crops_input_256_u8");
        NumpyFile expected = ReferenceData.Numpy("crops_output_u8");
        (int Row, int Column)[] windows = [(0, 0), (0, 5), (0, 32), (5, 0), (32, 0), (5, 5), (32, 32), (5, 32)];
        byte[] crops = new byte[windows.Length * 84 * 84];
        for (int i = 0; i < windows.Length; i++)
        {
            var crop = new FaceCrop(256, 256, windows[i].Row, windows[i].Column, 224, 224);
            FaceCropper.Resize(new ImageView(input.Bytes, 256, 256, 256), crop, crops.AsSpan(i * 84 * 84, 84 * 84), 84, 84);
        }

        GrayLevels.AssertClose(expected.Bytes, crops);
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(512, 512)]
    [InlineData(256, 256)]
    [InlineData(1, 1)]
    [InlineData(30, 700)]
    public void The_window_alone_gives_what_the_whole_resized_face_gives(int width, int height)
    {
        byte[] face = new byte[width * height];
        new Random(3).NextBytes(face);
        byte[] whole = new byte[256 * 256];
        byte[] expected = new byte[84 * 84];
        BilinearResize.Resize(new ImageView(face, width, height), whole, 256, 256);
        BilinearResize.Resize(new ImageView(whole.AsSpan((32 * 256) + 32), 224, 224, stride: 256), expected, 84, 84);

        byte[] prepared = new byte[84 * 84];
        FaceCropper.Resize(new ImageView(face, width, height, width), FaceCrop.Original, prepared, 84, 84);
        Assert.Equal(expected, prepared);
    }

    [Fact]
    public void Without_a_window_the_face_is_resized_straight()
    {
        byte[] face = new byte[100 * 90];
        new Random(4).NextBytes(face);
        byte[] expected = new byte[84 * 84];
        BilinearResize.Resize(new ImageView(face, 100, 90), expected, 84, 84);

        byte[] prepared = new byte[84 * 84];
        FaceCropper.Resize(new ImageView(face, 100, 90, 100), null, prepared, 84, 84);
        Assert.Equal(expected, prepared);
    }

    [Fact]
    public void A_window_outside_the_resized_face_is_refused()
    {
        var outside = new FaceCrop(256, 256, 33, 32, 224, 224);
        var refused = Assert.Throws<ArgumentException>(
            () => FaceCropper.Resize(new ImageView(new byte[16], 4, 4, 4), outside, new byte[84 * 84], 84, 84));
        Assert.Equal("crop", refused.ParamName);
    }

    [Theory]
    [InlineData(5, 4, 4, 84)]
    [InlineData(4, 5, 4, 84)]
    [InlineData(4, 4, 3, 84)]
    [InlineData(4, 4, 4, 85)]
    public void Spans_too_short_are_refused(int width, int height, int stride, int size) =>
        Assert.Throws<ArgumentException>(
            () => FaceCropper.Resize(new ImageView(new byte[16], width, height, stride), FaceCrop.Original, new byte[84 * 84], size, 84));

    [Fact]
    public void Nothing_is_allocated_after_the_first_call()
    {
        byte[] face = new byte[200 * 200];
        byte[] prepared = new byte[84 * 84];
        FaceCropper.Resize(new ImageView(face, 200, 200, 200), FaceCrop.Original, prepared, 84, 84);

        // A collection in between may trim the pool, which then grows back; a warm round allocates nothing.
        Assert.Contains(0, Enumerable.Range(0, 10).Select(_ => Allocated()));

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++) FaceCropper.Resize(new ImageView(face, 200, 200, 200), FaceCrop.Original, prepared, 84, 84);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
