using MicroExpNet.Training.DataSets;
using SkiaSharp;

namespace MicroExpNet.Training.Augmentation;

/// <summary>A picture of augmented faces: in each row one face, first unchanged, then changed at random several times.</summary>
internal static class ContactSheet
{
    private const int Gap = 4;
    private const int MaxSide = 1024;
    private const int MaxPixels = 1 << 28;

    /// <summary>Draws a sheet.</summary>
    /// <param name="data">The data set; faces are taken from all over it.</param>
    /// <param name="options">The random changes.</param>
    /// <param name="height">Rows of the network's input.</param>
    /// <param name="width">Columns of the network's input.</param>
    /// <param name="rows">Faces, 1 or more.</param>
    /// <param name="columns">Images of each face, the unchanged one first, 2 or more.</param>
    /// <param name="seed">Seed of the random changes.</param>
    /// <returns>A PNG.</returns>
    /// <exception cref="ArgumentException">An argument is out of its range.</exception>
    public static unsafe byte[] Draw(
        FaceDataSet data, AugmentationOptions options, int height, int width, int rows = 8, int columns = 12, ulong seed = 1)
    {
        data.RequireConsistent();
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        foreach (int side in new[] { height, width }) ArgumentCheck.RequireBetween(side, 1, MaxSide, "the side of a face in pixels");
        ArgumentCheck.Require(rows >= 1, "the number of faces must be 1 or more");
        ArgumentCheck.Require(columns >= 2, "the number of images of a face must be 2 or more");
        double sheetPixels = (double)Math.Min(rows, data.Samples.Length) * (height + Gap) * columns * (width + Gap);
        ArgumentCheck.Require(sheetPixels <= MaxPixels, $"the sheet would have more than {MaxPixels} pixels; give fewer faces or images");
        Augmenter plain = new(AugmentationOptions.None, height, width), changing = new(options, height, width);
        rows = Math.Min(rows, data.Samples.Length);
        int sheetWidth = (columns * (width + Gap)) + Gap, sheetHeight = (rows * (height + Gap)) + Gap;
        using SKBitmap sheet = new(sheetWidth, sheetHeight, SKColorType.Gray8, SKAlphaType.Opaque);
        byte* pixels = (byte*)sheet.GetPixels();
        new Span<byte>(pixels, sheet.RowBytes * sheetHeight).Fill(255);
        float[] face = new float[height * width];
        for (int row = 0; row < rows; row++)
        {
            int sample = (int)((long)row * data.Samples.Length / rows);
            for (int column = 0; column < columns; column++)
            {
                RandomStream random = new(seed, (ulong)((row * columns) + column));
                fixed (float* values = face)
                {
                    Augmenter one = column == 0 ? plain : changing;
                    one.Draw(data.Samples[sample].Image, ref random, 1, 0, 1, adds: false, values, width);
                    if (column > 0 && options.Mixup > 0) Blend(changing, data, ref random, values, width);
                }

                byte* corner = pixels + ((Gap + (row * (height + Gap))) * sheet.RowBytes) + Gap + (column * (width + Gap));
                for (int i = 0; i < face.Length; i++)
                {
                    corner[(i / width * sheet.RowBytes) + (i % width)] = (byte)Math.Clamp(MathF.Round(face[i]), 0, 255);
                }
            }
        }

        using SKData png = sheet.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    // Half of another face: mixup's strongest blend, so that it is visible.
    private static unsafe void Blend(Augmenter augmenter, FaceDataSet data, ref RandomStream random, float* values, int width)
    {
        GrayImage other = data.Samples[random.NextInt32(data.Samples.Length)].Image;
        for (int i = 0; i < augmenter.Length; i++) values[i] /= 2;
        augmenter.Draw(other, ref random, 1, 0, 0.5f, adds: true, values, width);
    }
}
