using SkiaSharp;

namespace MicroExpNet.Cli.Tests;

/// <summary>A folder of made-up faces, a folder for each class: a bright square whose place is the class.</summary>
internal static class FaceFolder
{
    public static string Create(TemporaryFolder folder, string name, int each, params string[] classes)
    {
        Random random = new(3);
        for (int label = 0; label < classes.Length; label++)
        {
            for (int i = 0; i < each; i++) folder.Write($"{name}/{classes[label]}/{i:00}.png", Draw(random, label));
        }

        return Path.Combine(folder.Path, name);
    }

    public static byte[] Draw(Random random, int label)
    {
        using SKBitmap bitmap = new(30, 30, SKColorType.Gray8, SKAlphaType.Opaque);
        for (int y = 0; y < 30; y++)
        {
            for (int x = 0; x < 30; x++)
            {
                bool inside = x / 10 == label % 3 && y / 10 == label / 3;
                byte gray = (byte)(random.Next(80) + (inside ? 150 : 0));
                bitmap.SetPixel(x, y, new SKColor(gray, gray, gray));
            }
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
