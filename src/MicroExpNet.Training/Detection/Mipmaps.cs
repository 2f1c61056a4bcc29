using MicroExpNet.Imaging;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Detection;

/// <summary>A picture and its halves, so that it can be drawn at any smaller size without false patterns.</summary>
internal sealed class Mipmaps
{
    private const int SmallestSide = 8;

    private readonly GrayImage[] _levels;

    public Mipmaps(GrayImage image)
    {
        List<GrayImage> levels = [image];
        while (Math.Min(levels[^1].Width, levels[^1].Height) >= 2 * SmallestSide) levels.Add(Half(levels[^1]));
        _levels = [.. levels];
    }

    /// <summary>The picture itself.</summary>
    public GrayImage Image => _levels[0];

    /// <summary>The level to draw from where one drawn pixel stands for some of the picture's.</summary>
    /// <param name="step">Pixels of the picture for a drawn one.</param>
    /// <returns>The level, and how many of the picture's pixels one of its own stands for.</returns>
    public (GrayImage Image, double Factor) For(double step)
    {
        int level = Math.Clamp((int)Math.Floor(Math.Log2(Math.Max(step, 1)) + 0.4), 0, _levels.Length - 1);
        return (_levels[level], 1 << level);
    }

    /// <summary>The picture at a share of its size, halved as often as that goes and then resized.</summary>
    public static GrayImage Resize(GrayImage image, double scale)
    {
        int width = Math.Max(1, (int)Math.Round(image.Width * scale)), height = Math.Max(1, (int)Math.Round(image.Height * scale));
        while (image.Width >= 2 * width && image.Height >= 2 * height) image = Half(image);
        byte[] pixels = new byte[width * height];
        BilinearResize.Resize(new ImageView(image.Pixels, image.Width, image.Height), pixels, width, height);
        return new GrayImage(pixels, width, height);
    }

    private static GrayImage Half(GrayImage image)
    {
        int width = image.Width / 2, height = image.Height / 2;
        byte[] pixels = new byte[width * height];
        HalfSize.Average(new ImageView(image.Pixels, image.Width, image.Height), pixels);
        return new GrayImage(pixels, width, height);
    }
}
