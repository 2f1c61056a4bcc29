namespace MicroExpNet.Imaging;

/// <summary>
/// Rotates a tilted face upright about the centre of its box, by bilinear interpolation. Outside the image, its edge pixels are repeated.
/// </summary>
internal static class FaceRotation
{
    // Resizing hides a smaller tilt. Eyes further off the level are not those of a frontal face.
    private const double MinTilt = 2 * Math.PI / 180;
    private const double MaxTilt = 45 * Math.PI / 180;

    /// <summary>Whether a face is tilted enough to be rotated.</summary>
    public static bool IsTilted(DetectedFace face) => face.Eyes is { } eyes && Math.Abs(eyes.Tilt) is >= MinTilt and <= MaxTilt;

    /// <summary>Computes the upright face.</summary>
    /// <param name="image">The image, <c>[height, width, channels]</c>.</param>
    /// <param name="box">The face's box.</param>
    /// <param name="tilt">The face's tilt in radians; above 0 if the right eye is lower.</param>
    /// <param name="upright">Receives the face, <c>[box height, box width, channels]</c>, packed.</param>
    public static void RotateUpright(ImageView image, FaceBox box, double tilt, Span<byte> upright)
    {
        ReadOnlySpan<byte> pixels = image.Pixels;
        int width = image.Width, height = image.Height, stride = image.Stride, channels = image.Channels;
        double cos = Math.Cos(tilt), sin = Math.Sin(tilt);
        double centerX = box.X + ((box.Width - 1) / 2.0), centerY = box.Y + ((box.Height - 1) / 2.0);
        for (int y = 0; y < box.Height; y++)
        {
            double offsetY = y - ((box.Height - 1) / 2.0);
            for (int x = 0; x < box.Width; x++)
            {
                double offsetX = x - ((box.Width - 1) / 2.0);
                float sourceX = (float)Math.Clamp(centerX + (offsetX * cos) - (offsetY * sin), 0, width - 1);
                float sourceY = (float)Math.Clamp(centerY + (offsetX * sin) + (offsetY * cos), 0, height - 1);
                int column = (int)sourceX, row = (int)sourceY;
                float shareX = sourceX - column, shareY = sourceY - row;
                int at = (row * stride) + (channels * column);
                int across = column < width - 1 ? channels : 0, down = row < height - 1 ? stride : 0;
                for (int channel = 0; channel < channels; channel++, at++)
                {
                    float above = pixels[at] + (shareX * (pixels[at + across] - pixels[at]));
                    float below = pixels[at + down] + (shareX * (pixels[at + down + across] - pixels[at + down]));
                    upright[(((y * box.Width) + x) * channels) + channel] = (byte)(above + (shareY * (below - above)) + 0.5f);
                }
            }
        }
    }
}
