using MicroExpNet.Imaging;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.Detection;

/// <summary>
/// Finds the face of a tightly cropped picture of one face with <see cref="YuNetDetector"/>, so that the picture can serve as a head to
/// compose scenes of: enlarged, and with its edge continued, for YuNet finds few faces that fill a picture.
/// </summary>
/// <param name="detector">The detector.</param>
internal sealed class HeadLabeler(YuNetDetector detector)
{
    /// <summary>The lowest score of a face that is labelled.</summary>
    public const float MinScore = 0.6f;

    private const int EnlargedSide = 128;
    private const int Margin = 32;

    /// <summary>The surest face of a picture, in its pixels; null where there is none with <see cref="MinScore"/>.</summary>
    /// <param name="picture">The picture.</param>
    public YuNetFace? Find(GrayImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        float scale = (float)EnlargedSide / Math.Max(picture.Width, picture.Height);
        int width = Math.Max(1, (int)MathF.Round(picture.Width * scale)), height = Math.Max(1, (int)MathF.Round(picture.Height * scale));
        byte[] enlarged = new byte[width * height];
        BilinearResize.Resize(new ImageView(picture.Pixels, picture.Width, picture.Height), enlarged, width, height);
        int allWidth = width + (2 * Margin), allHeight = height + (2 * Margin);
        byte[] rgba = new byte[allWidth * allHeight * 4];
        for (int y = 0; y < allHeight; y++)
        {
            for (int x = 0; x < allWidth; x++)
            {
                byte value = enlarged[(Math.Clamp(y - Margin, 0, height - 1) * width) + Math.Clamp(x - Margin, 0, width - 1)];
                rgba.AsSpan(((y * allWidth) + x) * 4, 4).Fill(value);
            }
        }

        using Photo photo = new(rgba, allWidth, allHeight);
        if (detector.Detect(photo, MinScore) is not [YuNetFace face, ..]) return null;
        float scaleX = (float)picture.Width / width, scaleY = (float)picture.Height / height;
        return new YuNetFace(
            (face.X - Margin) * scaleX, (face.Y - Margin) * scaleY, face.Width * scaleX, face.Height * scaleY,
            [.. face.Points.Select(point => ((point.X - Margin) * scaleX, (point.Y - Margin) * scaleY))], face.Score);
    }
}
