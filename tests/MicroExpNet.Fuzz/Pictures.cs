using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Fuzz;

/// <summary>Small pictures of each format, most of the damage in their headers.</summary>
internal sealed class Pictures : FuzzTarget
{
    private readonly byte[][] _corpus =
    [
        Encode(SKEncodedImageFormat.Png), Encode(SKEncodedImageFormat.Jpeg), Encode(SKEncodedImageFormat.Webp), Bitmap(),
    ];

    public override string Name => "pictures";

    /// <summary>A small picture as a file.</summary>
    public static byte[] Encode(SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = new(24, 20);
        for (int i = 0; i < 24 * 20; i++) bitmap.SetPixel(i % 24, i / 24, new SKColor((byte)(i * 7), (byte)(i * 3), (byte)i));
        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    public override bool Try(Random random, out byte[] input)
    {
        input = ByteMutation.Apply(random, _corpus[random.Next(_corpus.Length)], head: 80);
        try
        {
            using Photo photo = Photo.Load(new MemoryStream(input), "fuzz");
            return photo.Width > 0;
        }
        catch (PhotoFormatException)
        {
            return false;
        }
    }

    // 24 bits a pixel, 8×8.
    private static byte[] Bitmap()
    {
        byte[] file = new byte[54 + (8 * 24)];
        "BM"u8.CopyTo(file);
        (int, int)[] header = [(2, file.Length), (10, 54), (14, 40), (18, 8), (22, 8), (26, 1 | (24 << 16)), (34, 8 * 24)];
        foreach ((int at, int value) in header) BitConverter.GetBytes(value).CopyTo(file, at);
        return file;
    }
}
