using MicroExpNet.Imaging;
using MicroExpNet.Tests;

namespace MicroExpNet.Vision.Tests;

/// <summary>Frames of a made-up video: the sample's head on a background of light and noise, wherever and as large as a test asks
/// for.</summary>
internal sealed class MovingScene
{
    // The head in the sample, and the square around its face that stands for the one a test asks for.
    private const int HeadX = 115, HeadY = 5, HeadSide = 215;

    private static readonly FaceBox Face = new(175, 68, 97, 97);
    private static readonly Lazy<byte[]> Sample = new(() => Photo.Load(ReferenceData.Repository("samples/astronaut.png")).ToGray());
    private readonly byte[] _background;

    public MovingScene(int width, int height, int seed = 1)
    {
        (Width, Height) = (width, height);
        Random random = new(seed);
        _background = [
            .. Enumerable.Range(0, width * height)
            .Select(i => (byte)(70 + (60 * (i % width) / width) + (40 * (i / width) / height) + random.Next(12)))];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>A frame with faces, later ones in front, as squares in its pixels; they may reach over its edges.</summary>
    public byte[] Frame(params FaceBox[] faces)
    {
        byte[] frame = [.. _background];
        foreach (FaceBox face in faces) Draw(frame, face);
        return frame;
    }

    private void Draw(byte[] frame, FaceBox face)
    {
        double scale = (double)face.Width / Face.Width;
        int side = (int)Math.Round(HeadSide * scale), left = (int)Math.Round(face.X - ((Face.X - HeadX) * scale)),
            top = (int)Math.Round(face.Y - ((Face.Y - HeadY) * scale));
        byte[] head = new byte[side * side];
        BilinearResize.Resize(new ImageView(Sample.Value.AsSpan((HeadY * 512) + HeadX), HeadSide, HeadSide, stride: 512), head, side, side);
        for (int y = Math.Max(0, -top); y < Math.Min(side, Height - top); y++)
        {
            for (int x = Math.Max(0, -left); x < Math.Min(side, Width - left); x++)
            {
                // It fades at its edges, so that there is no frame around it.
                double edge = Math.Min(Math.Min(x, side - 1 - x), Math.Min(y, side - 1 - y)) / (0.12 * side),
                    share = Math.Clamp(edge, 0, 1);
                ref byte pixel = ref frame[((top + y) * Width) + left + x];
                pixel = (byte)(pixel + (share * (head[(y * side) + x] - pixel)));
            }
        }
    }
}
