using MicroExpNet.Imaging;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Detection;

namespace MicroExpNet.Training.Augmentation;

/// <summary>
/// What poor cameras, poor light, and things in front of a face make of its picture. Lengths are in pixels of a face of 48 rows, which is
/// what FER2013's faces have.
/// </summary>
internal static class Degradation
{
    private const double Rows = 48;
    private const ulong DataSetSeed = 0xCA11B;

    private delegate GrayImage Change(GrayImage image, ref RandomStream random);

    private static readonly Change[] Changes =
    [
        (GrayImage image, ref RandomStream random) => AddNoise(image, random.LogDouble(4, 35), ref random),
        (GrayImage image, ref RandomStream random) => Blur(image, random.NextDouble(0.7, 2.6)),
        (GrayImage image, ref RandomStream random) =>
            AddNoise(Expose(image, random.LogDouble(0.08, 0.6)), random.NextDouble(0, 3), ref random),
        (GrayImage image, ref RandomStream random) => Expose(image, random.NextDouble(1.4, 2.8)),
        (GrayImage image, ref RandomStream random) => Bend(image, random.LogDouble(0.4, 2.4)),
        (GrayImage image, ref RandomStream random) => Shrink(image, random.NextDouble(11, 32) / Rows),
        (GrayImage image, ref RandomStream random) => Compress(image, 5 + random.NextInt32(36)),
        (GrayImage image, ref RandomStream random) =>
            Cover(image, 1 - random.NextDouble(0.3, 0.5), 1, 0, 1, (byte)random.NextInt32(256)),
        CoverPart,
    ];

    /// <summary>One change at random, of random strength.</summary>
    public static GrayImage Apply(GrayImage image, ref RandomStream random) => Changes[random.NextInt32(Changes.Length)](image, ref random);

    /// <summary>Degrades a share of a data set's faces, each time the same ones in the same way.</summary>
    /// <param name="data">The faces.</param>
    /// <param name="share">The probability that a face is changed, 0 to 1.</param>
    public static FaceDataSet Apply(FaceDataSet data, double share)
    {
        FaceSample[] samples = [.. data.Samples];
        Parallel.For(0, samples.Length, i =>
        {
            RandomStream random = new(DataSetSeed, (ulong)i);
            if (random.NextDouble() < share) samples[i] = samples[i] with { Image = Apply(samples[i].Image, ref random) };
        });
        return data with { Samples = [.. samples] };
    }

    /// <summary>Adds normally distributed noise.</summary>
    /// <param name="image">The face.</param>
    /// <param name="deviation">The noise's standard deviation, in grey values.</param>
    /// <param name="random">Source of the noise.</param>
    public static GrayImage AddNoise(GrayImage image, double deviation, ref RandomStream random)
    {
        byte[] noisy = new byte[image.Pixels.Length];
        for (int i = 0; i < noisy.Length; i++) noisy[i] = ToByte(image.Pixels[i] + (deviation * random.NextGaussian()));
        return new GrayImage(noisy, image.Width, image.Height);
    }

    /// <summary>Blurs with a Gaussian.</summary>
    /// <param name="image">The face.</param>
    /// <param name="deviation">The Gaussian's standard deviation.</param>
    public static GrayImage Blur(GrayImage image, double deviation)
    {
        double[] weights = Gaussian(deviation * image.Height / Rows);
        double[] across = new double[image.Pixels.Length];
        byte[] blurred = new byte[image.Pixels.Length];
        int reach = weights.Length / 2, width = image.Width, height = image.Height;
        for (int i = 0; i < across.Length; i++)
        {
            int row = i / width * width, column = i % width;
            for (int k = -reach; k <= reach; k++)
            {
                across[i] += weights[k + reach] * image.Pixels[row + Math.Clamp(column + k, 0, width - 1)];
            }
        }

        for (int i = 0; i < across.Length; i++)
        {
            double sum = 0;
            for (int k = -reach; k <= reach; k++)
            {
                sum += weights[k + reach] * across[(Math.Clamp((i / width) + k, 0, height - 1) * width) + (i % width)];
            }

            blurred[i] = ToByte(sum);
        }

        return new GrayImage(blurred, width, height);
    }

    /// <summary>Multiplies the light.</summary>
    /// <param name="image">The face.</param>
    /// <param name="factor">What each grey value is multiplied by; what grows beyond 255 is cut off.</param>
    public static GrayImage Expose(GrayImage image, double factor) => Map(image, value => value * factor);

    /// <summary>Bends the range of grey values.</summary>
    /// <param name="image">The face.</param>
    /// <param name="gamma">The exponent: above 1 darkens, below 1 brightens.</param>
    public static GrayImage Bend(GrayImage image, double gamma) => Map(image, value => 255 * Math.Pow(value / 255, gamma));

    /// <summary>Takes pixels away.</summary>
    /// <param name="image">The face.</param>
    /// <param name="share">The rows that are left, as a share of 48; a smaller image stays as it is.</param>
    public static GrayImage Shrink(GrayImage image, double share)
    {
        int height = Math.Max(1, (int)Math.Round(Rows * share));
        int width = Math.Max(1, (int)Math.Round((double)image.Width * height / image.Height));
        if (height >= image.Height) return image;
        byte[] small = new byte[width * height];
        FaceCropper.Resize(new ImageView(image.Pixels, image.Width, image.Height), null, small, width, height, antialias: true);
        return new GrayImage(small, width, height);
    }

    /// <summary>Compresses as JPEG does.</summary>
    /// <param name="image">The face.</param>
    /// <param name="quality">1 to 100.</param>
    public static GrayImage Compress(GrayImage image, int quality)
    {
        float[] values = [.. image.Pixels.Select(pixel => (float)pixel)];
        JpegArtifacts.Apply(values, image.Width, image.Height, quality);
        return new GrayImage([.. values.Select(value => ToByte(value))], image.Width, image.Height);
    }

    /// <summary>Covers a part.</summary>
    /// <param name="image">The face.</param>
    /// <param name="top">First row, as a share of the height.</param>
    /// <param name="bottom">Row after the last, as a share of the height.</param>
    /// <param name="left">First column, as a share of the width.</param>
    /// <param name="right">Column after the last, as a share of the width.</param>
    /// <param name="gray">The cover's grey value.</param>
    public static GrayImage Cover(GrayImage image, double top, double bottom, double left, double right, byte gray)
    {
        byte[] covered = [.. image.Pixels];
        int first = (int)Math.Round(left * image.Width), last = (int)Math.Round(right * image.Width);
        for (int y = (int)Math.Round(top * image.Height); y < (int)Math.Round(bottom * image.Height); y++)
        {
            covered.AsSpan((y * image.Width) + first, last - first).Fill(gray);
        }

        return new GrayImage(covered, image.Width, image.Height);
    }

    // The eyes, or one side.
    private static GrayImage CoverPart(GrayImage image, ref RandomStream random)
    {
        byte gray = (byte)random.NextInt32(256);
        double size = random.NextDouble(0.15, 0.4);
        return random.NextInt32(3) switch
        {
            0 => Cover(image, 0.22, 0.22 + size, 0, 1, gray),
            1 => Cover(image, 0, 1, 0, size, gray),
            _ => Cover(image, 0, 1, 1 - size, 1, gray),
        };
    }

    private static double[] Gaussian(double deviation)
    {
        int reach = (int)Math.Ceiling(3 * deviation);
        double[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(x => Math.Exp(-x * x / (2 * deviation * deviation)))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private static GrayImage Map(GrayImage image, Func<double, double> map)
    {
        byte[] table = [.. Enumerable.Range(0, 256).Select(value => ToByte(map(value)))];
        return new GrayImage([.. image.Pixels.Select(pixel => table[pixel])], image.Width, image.Height);
    }

    private static byte ToByte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
