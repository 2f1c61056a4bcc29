namespace MicroExpNet.Training.Detection;

/// <summary>Heads of one source, and among them those that are turned away.</summary>
internal sealed class HeadSet
{
    /// <summary>Takes the pictures of one face each.</summary>
    /// <param name="set">The pictures.</param>
    /// <param name="turnedEyes">The eyes of a turned face are nearer to one another than this share of its side.</param>
    /// <exception cref="ArgumentException">None has one face.</exception>
    public HeadSet(PictureSet set, double turnedEyes)
    {
        Heads = [.. set.Pictures.Where(head => head.Faces.Length == 1).AsParallel().AsOrdered()
            .Select(head => (new Mipmaps(head.Image), head.Faces[0]))];
        if (Heads.Length == 0) throw new ArgumentException($"{set.Name}: no picture of one face; expected heads with a boxes.csv");
        Turned = [.. Heads.Where(head => head.Face.Eyes is { } eyes && Apart(eyes) < turnedEyes * head.Face.Side)];
    }

    /// <summary>All heads.</summary>
    public (Mipmaps Picture, PlacedFace Face)[] Heads { get; }

    /// <summary>Those that are turned away.</summary>
    public (Mipmaps Picture, PlacedFace Face)[] Turned { get; }

    private static double Apart(EyePositions eyes) =>
        Math.Sqrt(((eyes.RightX - eyes.LeftX) * (eyes.RightX - eyes.LeftX)) + ((eyes.RightY - eyes.LeftY) * (eyes.RightY - eyes.LeftY)));
}
