using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Tests;

/// <summary>Made-up classes a network can tell: a bright square whose place is its class, on noise.</summary>
internal static class Shapes
{
    public static FaceDataSet Create(int count, int classes = 3, int side = 24, int seed = 1)
    {
        Random random = new(seed);
        string[] labels = [.. Enumerable.Range(0, classes).Select(i => $"place{i}")];
        return new FaceDataSet(
            "shapes", "made up", [.. labels],
            [.. Enumerable.Range(0, count).Select(i => new FaceSample($"shape{i:0000}", Draw(random, i % classes, side), i % classes))],
                []);
    }

    private static GrayImage Draw(Random random, int label, int side)
    {
        byte[] pixels = new byte[side * side];
        random.NextBytes(pixels);
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(pixels[i] / 3);
        int third = side / 3, left = label % 3 * third, top = label / 3 * third;
        for (int y = top; y < top + third; y++)
        {
            for (int x = left; x < left + third; x++) pixels[(y * side) + x] += 120;
        }

        return new GrayImage(pixels, side, side);
    }
}
