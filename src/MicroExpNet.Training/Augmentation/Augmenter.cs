using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Augmentation;

/// <summary>Draws one face, changed at random, in the size and scaling a network reads.</summary>
/// <param name="settings">What is changed.</param>
/// <param name="height">Rows of the network's input.</param>
/// <param name="width">Columns of the network's input.</param>
internal sealed class Augmenter(AugmentationSettings settings, int height, int width)
{
    private const double MiddleGray = 127.5;
    private const double MinimumErased = 0.02;
    private const double MaximumErased = 0.2;
    private const int FaceSide = 256;
    private const int WindowSide = 224;

    // Row and column of the original's eight windows in a face of 256×256.
    private static readonly (int Row, int Column)[] OriginalWindows = [(0, 0), (0, 5), (0, 32), (5, 0), (32, 0), (5, 5), (32, 32), (32, 5)];

    /// <summary>Draws a face.</summary>
    /// <param name="image">The face.</param>
    /// <param name="random">Where the choices come from.</param>
    /// <param name="scale">What a grey value is multiplied by.</param>
    /// <param name="offset">What is then added.</param>
    /// <param name="share">How much of the face is added to the destination, which for 1 is overwritten.</param>
    /// <param name="destination">Receives the values; rows lie <paramref name="stride"/> values apart.</param>
    /// <param name="stride">Values from one row of the destination to the next.</param>
    public unsafe void Draw(GrayImage image, ref RandomStream random, float scale, float offset, float share, float* destination, int stride)
    {
        // Every choice is drawn whether used or not, so that one switch does not change what the others do.
        bool mirrored = random.NextDouble() < 0.5 && settings.Mirror;
        double angle = random.NextDouble(-1, 1) * settings.Rotation * Math.PI / 180;
        double size = Math.Exp(random.NextDouble(Math.Log(settings.MinimumScale), Math.Log(settings.MaximumScale)));
        double shiftX = random.NextDouble(-1, 1) * settings.Shift, shiftY = random.NextDouble(-1, 1) * settings.Shift;
        double brightness = random.NextDouble(-1, 1) * settings.Brightness * 255;
        double contrast = 1 + (random.NextDouble(-1, 1) * settings.Contrast);
        (int row, int column) = OriginalWindows[random.NextInt32(OriginalWindows.Length)];
        bool erased = random.NextDouble() < settings.Erasing;

        // From output pixels to the face's: turned and scaled about the middle of the window. Pixel centres lie at halves.
        (double top, double left, double side) = settings.Windows
            ? ((double)row / FaceSide, (double)column / FaceSide, (double)WindowSide / FaceSide) : (0, 0, 1);
        double stepX = side * image.Width / width / size, stepY = side * image.Height / height / size;
        double cos = Math.Cos(angle), sin = Math.Sin(angle), direction = mirrored ? -1 : 1;
        double middleX = ((left + (side * (0.5 + shiftX))) * image.Width) - 0.5, middleY = ((top + (side * (0.5 + shiftY))) * image.Height) - 0.5;
        double acrossX = direction * cos * stepX, downX = -sin * stepX, acrossY = direction * sin * stepY, downY = cos * stepY;
        float gain = (float)(scale * contrast * share);
        float bias = (float)(((((MiddleGray * (1 - contrast)) + brightness) * scale) + offset) * share);
        float darkest = ((0 * scale) + offset) * share, lightest = ((255 * scale) + offset) * share;
        if (darkest > lightest) (darkest, lightest) = (lightest, darkest);

        fixed (byte* pixels = image.Pixels)
        {
            for (int y = 0; y < height; y++)
            {
                double fromY = y - ((height - 1) / 2.0), fromX = -(width - 1) / 2.0;
                float sourceX = (float)(middleX + (fromX * acrossX) + (fromY * downX)), sourceY = (float)(middleY + (fromX * acrossY) + (fromY * downY));
                float* to = destination + (y * stride);
                DrawRow(pixels, image.Width, image.Height, sourceX, sourceY, (float)acrossX, (float)acrossY, gain, bias, darkest, lightest, share < 1, to);
            }
        }

        if (erased) Erase(ref random, darkest, lightest, share < 1, destination, stride);
    }

    private unsafe void DrawRow(
        byte* pixels, int sourceWidth, int sourceHeight, float x, float y, float stepX, float stepY, float gain, float bias, float darkest, float lightest, bool adds, float* to)
    {
        float right = sourceWidth - 1, bottom = sourceHeight - 1;
        for (int i = 0; i < width; i++)
        {
            // Past its edges a face goes on as its edge.
            float px = MathF.Min(MathF.Max(x + (i * stepX), 0), right), py = MathF.Min(MathF.Max(y + (i * stepY), 0), bottom);
            int column = (int)px, row = (int)py;
            float shareX = px - column, shareY = py - row;
            int across = column < sourceWidth - 1 ? 1 : 0, down = row < sourceHeight - 1 ? sourceWidth : 0;
            byte* from = pixels + (row * sourceWidth) + column;
            float above = from[0] + (shareX * (from[across] - from[0]));
            float below = from[down] + (shareX * (from[down + across] - from[down]));
            float value = MathF.Min(MathF.Max(((above + (shareY * (below - above))) * gain) + bias, darkest), lightest);
            to[i] = adds ? to[i] + value : value;
        }
    }

    // Blended faces are not erased as well.
    private unsafe void Erase(ref RandomStream random, float darkest, float lightest, bool adds, float* destination, int stride)
    {
        double area = random.NextDouble(MinimumErased, MaximumErased) * height * width;
        double ratio = Math.Exp(random.NextDouble(Math.Log(0.5), Math.Log(2)));
        int rows = Math.Clamp((int)Math.Round(Math.Sqrt(area * ratio)), 1, height), columns = Math.Clamp((int)Math.Round(Math.Sqrt(area / ratio)), 1, width);
        int top = random.NextInt32(height - rows + 1), left = random.NextInt32(width - columns + 1);
        float gray = (float)random.NextDouble(darkest, lightest);
        if (adds) return;
        for (int y = top; y < top + rows; y++) new Span<float>(destination + (y * stride) + left, columns).Fill(gray);
    }
}
