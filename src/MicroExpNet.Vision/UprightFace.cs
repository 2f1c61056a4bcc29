namespace MicroExpNet.Vision;

/// <summary>Turns a tilted face upright about the middle of its box, by bilinear interpolation; past the picture's edges it goes on as its edge.</summary>
internal static class UprightFace
{
    // A smaller tilt is lost in the resizing; eyes further off the level are no frontal face's.
    private const double LeastTilt = 2 * Math.PI / 180;
    private const double GreatestTilt = 45 * Math.PI / 180;

    /// <summary>Whether a face is tilted so much that it should be turned.</summary>
    public static bool IsTilted(DetectedFace face) => face.Eyes is { } eyes && Math.Abs(eyes.Tilt) is >= LeastTilt and <= GreatestTilt;

    /// <summary>Draws the turned face.</summary>
    /// <param name="pixels">The picture, <c>[height, width, channels]</c>, rows <paramref name="stride"/> bytes apart.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="channels">Bytes a pixel.</param>
    /// <param name="box">The face's box.</param>
    /// <param name="tilt">How far the face is turned, in radians.</param>
    /// <param name="turned">Receives the face, <c>[box height, box width, channels]</c>, packed.</param>
    public static void Turn(ReadOnlySpan<byte> pixels, int width, int height, int stride, int channels, FaceBox box, double tilt, Span<byte> turned)
    {
        double cos = Math.Cos(tilt), sin = Math.Sin(tilt);
        double middleX = box.X + ((box.Width - 1) / 2.0), middleY = box.Y + ((box.Height - 1) / 2.0);
        for (int y = 0; y < box.Height; y++)
        {
            double fromY = y - ((box.Height - 1) / 2.0);
            for (int x = 0; x < box.Width; x++)
            {
                double fromX = x - ((box.Width - 1) / 2.0);
                float sourceX = (float)Math.Clamp(middleX + (fromX * cos) - (fromY * sin), 0, width - 1);
                float sourceY = (float)Math.Clamp(middleY + (fromX * sin) + (fromY * cos), 0, height - 1);
                int column = (int)sourceX, row = (int)sourceY;
                float shareX = sourceX - column, shareY = sourceY - row;
                int at = (row * stride) + (channels * column), across = column < width - 1 ? channels : 0, down = row < height - 1 ? stride : 0;
                for (int channel = 0; channel < channels; channel++, at++)
                {
                    float above = pixels[at] + (shareX * (pixels[at + across] - pixels[at]));
                    float below = pixels[at + down] + (shareX * (pixels[at + down + across] - pixels[at + down]));
                    turned[(((y * box.Width) + x) * channels) + channel] = (byte)(above + (shareY * (below - above)) + 0.5f);
                }
            }
        }
    }
}
