using MicroExpNet.Imaging;

namespace MicroExpNet.Vision.Tests;

/// <summary>What is a cut, and what is the camera's or the light's doing.</summary>
public class CutDetectorTests
{
    private const int Width = 640, Height = 360;

    // Larger than a frame, so that there is room to pan and zoom.
    private const int SceneWidth = 960, SceneHeight = 540;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(18, 0)]
    [InlineData(-18, 5)]
    [InlineData(25, 25)]
    [InlineData(80, 0)]
    [InlineData(-120, 20)]
    [InlineData(0, 50)]
    public void A_pan_is_none(int x, int y)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            byte[] scene = Scene(seed);
            Assert.False(IsCut(Part(scene, 160, 90), Part(scene, 160 + x, 90 + y)), $"scene {seed}");
        }
    }

    [Theory]
    [InlineData(1.05)]
    [InlineData(1.1)]
    [InlineData(1.25)]
    public void A_zoom_is_none(double zoom)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            byte[] scene = Scene(seed), near = Zoomed(scene, zoom), far = Part(scene, 160, 90);
            Assert.False(IsCut(far, near), $"scene {seed}, nearer");
            Assert.False(IsCut(near, far), $"scene {seed}, farther");
        }
    }

    [Theory]
    [InlineData(0.6, 0)]
    [InlineData(0.3, 0)]
    [InlineData(0.4, 150)]
    [InlineData(1, 40)]
    [InlineData(1.5, 20)]
    public void A_fade_or_a_flash_is_none(double gain, int added)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            byte[] frame = Part(Scene(seed), 160, 90);
            byte[] lit = [.. frame.Select(value => (byte)Math.Clamp((value * gain) + added, 0, 255))];
            Assert.False(IsCut(frame, lit), $"scene {seed}");
            Assert.False(IsCut(lit, frame), $"scene {seed}, back");
        }
    }

    [Fact]
    public void Another_scene_is_one()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.True(IsCut(Part(Scene(seed), 160, 90), Part(Scene(seed + 100), 160, 90)), $"scene {seed}");
        }
    }

    [Fact]
    public void A_scene_after_black_is_one()
    {
        byte[] frame = Part(Scene(1), 160, 90);
        Assert.True(IsCut(new byte[Width * Height], frame));
        Assert.True(IsCut(frame, new byte[Width * Height]));
    }

    [Fact]
    public void A_detector_that_read_the_state_goes_on()
    {
        byte[] frame = Part(Scene(1), 160, 90);
        foreach ((byte[] next, bool isCut) in new[] { (Part(Scene(1), 240, 90), false), (Part(Scene(2), 160, 90), true) })
        {
            CutDetector first = new(), second = new();
            first.IsCut(new ImageView(frame, Width, Height));
            using MemoryStream state = new();
            using (BinaryWriter writer = new(state, System.Text.Encoding.UTF8, leaveOpen: true)) first.WriteTo(writer);
            state.Position = 0;
            using BinaryReader reader = new(state);
            second.ReadFrom(reader);
            Assert.Equal(isCut, second.IsCut(new ImageView(next, Width, Height)));
        }
    }

    private static bool IsCut(byte[] before, byte[] after)
    {
        CutDetector cuts = new();
        Assert.False(cuts.IsCut(new ImageView(before, Width, Height)));
        return cuts.IsCut(new ImageView(after, Width, Height));
    }

    // Things of all sizes and brightnesses, as in a photo: random rectangles, the largest first.
    private static byte[] Scene(int seed)
    {
        Random random = new(seed);
        byte[] scene = new byte[SceneWidth * SceneHeight];
        for (int i = 0; i < 200; i++)
        {
            int side = (int)(400 / (1 + (i / 8.0))) + 12;
            int left = random.Next(-side, SceneWidth), top = random.Next(-side, SceneHeight), width = random.Next(side / 2, side * 2);
            byte value = (byte)random.Next(256);
            for (int y = Math.Max(0, top); y < Math.Min(SceneHeight, top + side); y++)
            {
                int start = Math.Max(0, left), end = Math.Min(SceneWidth, left + width);
                if (end > start) scene.AsSpan((y * SceneWidth) + start, end - start).Fill(value);
            }
        }

        return scene;
    }

    private static byte[] Part(byte[] scene, int x, int y)
    {
        byte[] frame = new byte[Width * Height];
        for (int row = 0; row < Height; row++)
        {
            scene.AsSpan(((y + row) * SceneWidth) + x, Width).CopyTo(frame.AsSpan(row * Width));
        }

        return frame;
    }

    private static byte[] Zoomed(byte[] scene, double zoom)
    {
        int width = (int)(Width / zoom), height = (int)(Height / zoom);
        FaceBox part = new((SceneWidth - width) / 2, (SceneHeight - height) / 2, width, height);
        byte[] frame = new byte[Width * Height];
        BilinearResize.Resize(new ImageView(scene, SceneWidth, SceneHeight).Slice(part), frame, Width, Height);
        return frame;
    }
}
