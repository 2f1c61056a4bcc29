using System.Collections.Immutable;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Detection;

/// <summary>Pictures as a worse camera, worse light or people with masks and sunglasses would make them: where the faces are is still
/// known.</summary>
internal static class AlteredPictures
{
    private const ulong Seed = 0xA17E;

    /// <summary>The alterations by name.</summary>
    public static ImmutableArray<(string Name, Func<LabeledPicture, LabeledPicture> Apply)> All { get; } =
    [
        ("brightness x 0.25", picture =>
            Paint(picture, static (Canvas scene, ReadOnlySpan<PlacedFace> _, ref RandomStream _) => scene.Expose(1, 0.25f))),
        ("brightness x 2.5", picture =>
            Paint(picture, static (Canvas scene, ReadOnlySpan<PlacedFace> _, ref RandomStream _) => scene.Expose(1, 2.5f))),
        ("turned by 30 degrees", picture => Rotate(picture, Math.PI / 6)),
        ("turned by -30 degrees", picture => Rotate(picture, -Math.PI / 6)),
        ("masks drawn", picture => Paint(picture, DrawMasks)),
        ("sunglasses drawn", picture => Paint(picture, DrawSunglasses)),
        ("noise of 25", picture =>
            Paint(picture, static (Canvas scene, ReadOnlySpan<PlacedFace> _, ref RandomStream random) =>
            scene.Light(1, 0, 0, 0, 25, random.NextUInt64()))),
        ("JPEG of quality 10", picture =>
            Paint(picture, static (Canvas scene, ReadOnlySpan<PlacedFace> _, ref RandomStream _) => scene.Compress(10))),
        ("reduced to a half", picture => Reduce(picture, 0.5f)),
        ("reduced to 30 percent", picture => Reduce(picture, 0.3f)),
    ];

    private delegate void Painting(Canvas scene, ReadOnlySpan<PlacedFace> faces, ref RandomStream random);

    private static void DrawMasks(Canvas scene, ReadOnlySpan<PlacedFace> faces, ref RandomStream random)
    {
        foreach (PlacedFace face in faces) Accessories.DrawMask(scene, PoseOf(face), ref random);
    }

    private static void DrawSunglasses(Canvas scene, ReadOnlySpan<PlacedFace> faces, ref RandomStream random)
    {
        foreach (PlacedFace face in faces) Accessories.DrawGlasses(scene, PoseOf(face), face.Eyes, areDark: true, ref random);
    }

    private static FacePose PoseOf(PlacedFace face)
    {
        double tilt = face.Eyes?.Tilt ?? 0;
        return new FacePose(face.X, face.Y, face.Side, Math.Cos(tilt), Math.Sin(tilt));
    }

    private static LabeledPicture Paint(LabeledPicture picture, Painting paint)
    {
        float[] values = new float[picture.Image.Pixels.Length];
        for (int i = 0; i < values.Length; i++) values[i] = picture.Image.Pixels[i];
        RandomStream random = new(Seed, (ulong)values.Length);
        paint(new Canvas(values, picture.Image.Width, picture.Image.Height), [.. picture.Faces], ref random);
        byte[] pixels = new byte[values.Length];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)Math.Clamp(MathF.Round(values[i]), 0, 255);
        return picture with { Image = new GrayImage(pixels, picture.Image.Width, picture.Image.Height) };
    }

    // Faces that become too small to count do not.
    private static LabeledPicture Reduce(LabeledPicture picture, float scale)
    {
        GrayImage image = Mipmaps.Resize(picture.Image, scale);
        float x = (float)image.Width / picture.Image.Width, y = (float)image.Height / picture.Image.Height;
        return picture with { Image = image, Faces = [.. picture.Faces.Select(Reduced)] };

        PlacedFace Reduced(PlacedFace face) => face with
        {
            X = face.X * x,
            Y = face.Y * y,
            Side = face.Side * scale,
            Eyes = face.Eyes is { } eyes ? new EyePositions(eyes.LeftX * x, eyes.LeftY * y, eyes.RightX * x, eyes.RightY * y) : null,
        };
    }

    // About the middle, on a canvas that holds all of it, with middle grey around.
    private static LabeledPicture Rotate(LabeledPicture picture, double angle)
    {
        double cos = Math.Cos(angle), sin = Math.Sin(angle), width = picture.Image.Width, height = picture.Image.Height;
        int newWidth = (int)Math.Ceiling((width * Math.Abs(cos)) + (height * Math.Abs(sin))),
            newHeight = (int)Math.Ceiling((width * Math.Abs(sin)) + (height * Math.Abs(cos)));
        float[] values = new float[newWidth * newHeight];
        values.AsSpan().Fill(127);
        Placement placement = new(
            ((width - 1) / 2) - (cos * (newWidth - 1) / 2) - (sin * (newHeight - 1) / 2),
                ((height - 1) / 2) + (sin * (newWidth - 1) / 2) - (cos * (newHeight - 1) / 2), cos, -sin, sin, cos);
        Mask whole = Mask.Half with { Feather = 1e-3, EdgeFade = 1e-6 };
        new Canvas(values, newWidth, newHeight)
            .Draw(new Mipmaps(picture.Image), placement, whole, new Tone(1, 0), 0, 0, newWidth, newHeight);
        byte[] pixels = new byte[values.Length];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)Math.Clamp(MathF.Round(values[i]), 0, 255);
        return picture with { Image = new GrayImage(pixels, newWidth, newHeight), Faces = [.. picture.Faces.Select(Moved)] };

        PlacedFace Moved(PlacedFace face)
        {
            (float x, float y) = To(face.X, face.Y);
            if (face.Eyes is not { } eyes) return face with { X = x, Y = y };
            (float leftX, float leftY) = To(eyes.LeftX, eyes.LeftY);
            (float rightX, float rightY) = To(eyes.RightX, eyes.RightY);
            return face with { X = x, Y = y, Eyes = new EyePositions(leftX, leftY, rightX, rightY) };
        }

        (float X, float Y) To(float x, float y)
        {
            double fromX = x - (width / 2), fromY = y - (height / 2);
            return ((float)((newWidth / 2.0) + (cos * fromX) - (sin * fromY)), (float)((newHeight / 2.0) + (sin * fromX) + (cos * fromY)));
        }
    }
}
