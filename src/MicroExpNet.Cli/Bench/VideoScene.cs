using MicroExpNet.Imaging;

namespace MicroExpNet.Cli.Bench;

/// <summary>
/// A made-up video: the head of a photo, as often as asked for, each going its own round before the same photo out of focus. The faces
/// are 100 pixels a side or, in frames of 1080 rows, 160.
/// </summary>
internal sealed class VideoScene
{
    // The head's side in sides of its face, and where it fades, as a share of it.
    private const double HeadSides = 1.9;
    private const double Fade = 0.15;

    private readonly byte[] _background;
    private readonly byte[] _head;
    private readonly float[] _seen;
    private readonly int _side;
    private readonly (double X, double Y)[] _homes;
    private readonly double _phase;

    /// <summary>Makes the scene.</summary>
    /// <param name="gray">The photo, grey.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="face">The face in it.</param>
    /// <param name="frameWidth">Columns of a frame.</param>
    /// <param name="frameHeight">Rows of a frame.</param>
    /// <param name="faces">How many faces, 1 or 5.</param>
    /// <param name="phase">Where on their rounds they begin, in radians: scenes that run at once differ.</param>
    public VideoScene(
        ReadOnlySpan<byte> gray, int width, int height, FaceBox face, int frameWidth, int frameHeight, int faces, double phase)
    {
        (Width, Height, _phase) = (frameWidth, frameHeight, phase);
        _background = OutOfFocus(gray, width, height, frameWidth, frameHeight);
        Frame = [.. _background];
        int middleX = face.X + (face.Width / 2), middleY = face.Y + (face.Height / 2), reach = (int)(face.Width * HeadSides / 2);
        reach = Math.Max(
            face.Width / 2, Math.Min(reach, Math.Min(Math.Min(middleX, middleY), Math.Min(width - middleX, height - middleY))));
        FaceBox head = new FaceBox(middleX - reach, middleY - reach, 2 * reach, 2 * reach).ClippedTo(width, height);
        int faceSide = frameHeight >= 1080 ? 160 : 100;
        _side = faceSide * head.Width / face.Width;
        _head = new byte[_side * _side];
        BilinearResize.Resize(new ImageView(gray, width, height).Slice(head), _head, _side, _side);
        _seen = [.. Enumerable.Range(0, _side * _side).Select(i => Seen(i % _side, i / _side))];
        _homes = faces == 1 ? [(0.5, 0.5)] : [(0.2, 0.27), (0.5, 0.27), (0.8, 0.27), (0.33, 0.73), (0.67, 0.73)];
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The current frame, <c>[height, width]</c>, packed.</summary>
    public byte[] Frame { get; }

    /// <summary>Draws a frame.</summary>
    /// <param name="number">Which, from 0.</param>
    public void Draw(int number)
    {
        _background.CopyTo(Frame, 0);
        for (int i = 0; i < _homes.Length; i++)
        {
            // Small rounds, at up to four pixels a frame in the small frames.
            double angle = _phase + i + (number * 0.08), round = Math.Min(Width, Height) * (_homes.Length == 1 ? 0.1 : 0.03);
            Draw((int)((_homes[i].X * Width) + (round * Math.Cos(angle))) - (_side / 2),
                (int)((_homes[i].Y * Height) + (round * Math.Sin(angle))) - (_side / 2));
        }
    }

    private void Draw(int left, int top)
    {
        for (int y = Math.Max(0, -top); y < Math.Min(_side, Height - top); y++)
        {
            for (int x = Math.Max(0, -left); x < Math.Min(_side, Width - left); x++)
            {
                ref byte pixel = ref Frame[((top + y) * Width) + left + x];
                int at = (y * _side) + x;
                pixel = (byte)(pixel + (_seen[at] * (_head[at] - pixel)) + 0.5f);
            }
        }
    }

    private float Seen(int x, int y)
    {
        double middle = (_side - 1) / 2.0, away = Math.Sqrt(((x - middle) * (x - middle)) + ((y - middle) * (y - middle))) / middle;
        return (float)Math.Clamp((1 - away) / Fade, 0, 1);
    }

    // Small and large again: nothing of it looks like a face.
    private static byte[] OutOfFocus(ReadOnlySpan<byte> gray, int width, int height, int frameWidth, int frameHeight)
    {
        byte[] small = new byte[8 * 6], large = new byte[frameWidth * frameHeight];
        BilinearResize.Resize(new ImageView(gray, width, height), small, 8, 6);
        BilinearResize.Resize(new ImageView(small, 8, 6), large, frameWidth, frameHeight);
        return large;
    }
}
