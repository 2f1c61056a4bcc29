using System.Runtime.CompilerServices;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Augmentation;

/// <summary>Renders a placed face by bilinear interpolation. Beyond its edges, the nearest pixel of the face is repeated.</summary>
internal static unsafe class FaceDrawing
{
    /// <summary>Renders a face.</summary>
    /// <param name="image">The face.</param>
    /// <param name="placement">How it is placed.</param>
    /// <param name="shade">How its grey values are changed.</param>
    /// <param name="destination">Receives <paramref name="height"/> rows of <paramref name="width"/> values, rows <paramref name="stride"/>
    /// apart.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="stride">Values from one row to the next.</param>
    public static void Draw(
        GrayImage image, FacePlacement placement, FaceShade shade, float* destination, int height, int width, int stride)
    {
        // From output pixels to the face's, about the middle of the window. Pixel centres lie at halves.
        double stepX = placement.Side * image.Width / width / placement.Scale,
            stepY = placement.Side * image.Height / height / placement.Scale;
        double cos = Math.Cos(placement.Angle), sin = Math.Sin(placement.Angle), direction = placement.Mirrored ? -1 : 1;
        double middleX = ((placement.Left + (placement.Side * (0.5 + placement.ShiftX))) * image.Width) - 0.5;
        double middleY = ((placement.Top + (placement.Side * (0.5 + placement.ShiftY))) * image.Height) - 0.5;
        double acrossX = direction * cos * stepX, downX = -sin * stepX, acrossY = direction * sin * stepY, downY = cos * stepY;
        fixed (byte* pixels = image.Pixels)
        {
            for (int y = 0; y < height; y++)
            {
                double fromY = y - ((height - 1) / 2.0), fromX = -(width - 1) / 2.0;
                float sourceX = (float)(middleX + (fromX * acrossX) + (fromY * downX)),
                    sourceY = (float)(middleY + (fromX * acrossY) + (fromY * downY));
                DrawRow(pixels, image.Width, image.Height, sourceX, sourceY, (float)acrossX, (float)acrossY, shade,
                    destination + (y * stride), width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DrawRow(
        byte* pixels, int sourceWidth, int sourceHeight, float x, float y, float stepX, float stepY, in FaceShade shade, float* to,
        int width)
    {
        float right = sourceWidth - 1, bottom = sourceHeight - 1, gain = shade.Gain, bias = shade.Bias, darkest = shade.Darkest,
            lightest = shade.Lightest;
        bool adds = shade.Adds;
        for (int i = 0; i < width; i++)
        {
            // No coordinate is NaN or out of the integers' range: the processor's own minimum, maximum and conversion will do.
            float px = float.MinNative(float.MaxNative(x + (i * stepX), 0), right),
                py = float.MinNative(float.MaxNative(y + (i * stepY), 0), bottom);
            int column = float.ConvertToIntegerNative<int>(px), row = float.ConvertToIntegerNative<int>(py);
            float shareX = px - column, shareY = py - row;
            int across = column < sourceWidth - 1 ? 1 : 0, down = row < sourceHeight - 1 ? sourceWidth : 0;
            byte* from = pixels + (row * sourceWidth) + column;
            float above = from[0] + (shareX * (from[across] - from[0]));
            float below = from[down] + (shareX * (from[down + across] - from[down]));
            float value = float.MinNative(float.MaxNative(((above + (shareY * (below - above))) * gain) + bias, darkest), lightest);
            to[i] = adds ? to[i] + value : value;
        }
    }
}
