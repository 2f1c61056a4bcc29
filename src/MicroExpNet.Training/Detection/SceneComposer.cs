using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Training.Detection;

/// <summary>
/// Composes scenes whose faces are known: heads of any size, tilt and light, several in a picture, partly covered, blurred, noisy, on
/// pictures without faces; and beside them pieces of pictures and of texture laid in the same way, so that an edge tells nothing.
/// </summary>
/// <remarks>A scene follows from its seed and number alone. One instance serves any number of threads at once.</remarks>
public sealed class SceneComposer
{
    // Where a head's mask ends, as a share of the face's square: of an oval about its middle, or of the whole head picture.
    private const double LeastOval = 0.44;
    private const double GreatestOval = 0.66;
    private const double MaxTilt = 35 * Math.PI / 180;

    private readonly (Mipmaps Picture, PlacedFace Face)[] _heads;
    private readonly Mipmaps[] _backgrounds;

    /// <summary>Takes what scenes are made of.</summary>
    /// <param name="heads">Pictures of one head each, cut out loosely.</param>
    /// <param name="backgrounds">Pictures without faces.</param>
    /// <exception cref="ArgumentException">There is no head, or no background.</exception>
    public SceneComposer(PictureSet heads, PictureSet backgrounds)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(backgrounds);
        _heads = [.. heads.Pictures.Where(head => head.Faces.Length == 1).AsParallel().AsOrdered().Select(head => (new Mipmaps(head.Image), head.Faces[0]))];
        _backgrounds = [.. backgrounds.Pictures.Where(picture => picture.Faces.IsEmpty).AsParallel().AsOrdered().Select(picture => new Mipmaps(picture.Image))];
        if (_heads.Length == 0) throw new ArgumentException($"{heads.Name}: no picture of one face; expected heads with a boxes.csv");
        if (_backgrounds.Length == 0) throw new ArgumentException($"{backgrounds.Name}: no picture without faces");
    }

    /// <summary>Number of heads.</summary>
    public int Heads => _heads.Length;

    /// <summary>Number of backgrounds.</summary>
    public int Backgrounds => _backgrounds.Length;

    /// <summary>Composes one scene.</summary>
    /// <param name="settings">What it looks like.</param>
    /// <param name="seed">Seed of all scenes.</param>
    /// <param name="number">Which of them.</param>
    public AnnotatedPicture Compose(SceneSettings settings, ulong seed, long number)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        float[] canvas = new float[settings.Width * settings.Height];
        PlacedFace[] faces = new PlacedFace[settings.MaximumFaces];
        int count = Compose(settings, seed, number, canvas, faces);
        byte[] pixels = new byte[canvas.Length];
        for (int i = 0; i < canvas.Length; i++) pixels[i] = (byte)MathF.Round(canvas[i]);
        return new AnnotatedPicture($"{number:00000}.png", new GrayImage(pixels, settings.Width, settings.Height), [.. faces.AsSpan(0, count)]);
    }

    /// <summary>Adds all that decides what scenes look like, but for settings and seed.</summary>
    /// <param name="hash">The hash.</param>
    internal void AppendTo(IncrementalHash hash)
    {
        foreach ((Mipmaps picture, PlacedFace face) in _heads)
        {
            Append(picture);
            EyePositions? eyes = face.Eyes;
            hash.AppendData(MemoryMarshal.AsBytes<float>([face.X, face.Y, face.Side, eyes?.LeftX ?? float.NaN, eyes?.LeftY ?? float.NaN, eyes?.RightX ?? float.NaN, eyes?.RightY ?? float.NaN]));
        }

        foreach (Mipmaps background in _backgrounds) Append(background);

        void Append(Mipmaps picture)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([picture.Image.Width, picture.Image.Height]));
            hash.AppendData(picture.Image.Pixels);
        }
    }

    /// <summary>Composes one scene without allocating.</summary>
    /// <param name="settings">What it looks like.</param>
    /// <param name="seed">Seed of all scenes.</param>
    /// <param name="number">Which of them.</param>
    /// <param name="canvas">Receives its grey values 0 to 255, <c>[height, width]</c>, packed.</param>
    /// <param name="faces">Receives its faces.</param>
    /// <returns>How many faces it has.</returns>
    internal int Compose(SceneSettings settings, ulong seed, long number, Span<float> canvas, Span<PlacedFace> faces)
    {
        RandomStream random = new(seed, (ulong)number);
        Canvas scene = new(canvas, settings.Width, settings.Height);
        DrawBackground(scene, ref random);
        int wanted = random.NextInt32(settings.MaximumFaces + 1), count = 0;
        int pieces = random.NextDouble() < 0.5 ? 1 + random.NextInt32(2) : 0;
        for (int i = 0; i < pieces; i++) DrawPiece(scene, settings, ref random);
        for (int i = 0; i < wanted; i++)
        {
            if (TryPlace(scene, settings, faces[..count], ref random, out PlacedFace face)) faces[count++] = face;
        }

        Finish(scene, ref random);
        return count;
    }

    private void DrawBackground(Canvas scene, ref RandomStream random)
    {
        double kind = random.NextDouble();
        if (kind < 0.1)
        {
            scene.DrawTexture(ref random);
            return;
        }

        DrawPicture(scene, Mask.Everything, ref random);

        // Two pictures seen through each other are a third that nobody took.
        if (kind < 0.2) DrawPicture(scene, Mask.Half, ref random);
    }

    // A part of a picture: mostly as it was taken, perhaps mirrored; else turned by a quarter or more, or as its negative.
    private void DrawPicture(Canvas scene, Mask mask, ref RandomStream random)
    {
        Mipmaps picture = _backgrounds[random.NextInt32(_backgrounds.Length)];
        bool mirrored = random.NextDouble() < 0.5, lies = random.NextDouble() < 0.2, stands = random.NextDouble() < 0.8, negative = random.NextDouble() < 0.15;
        double width = lies ? scene.Height : scene.Width, height = lies ? scene.Width : scene.Height;
        double most = Math.Min(picture.Image.Width / width, picture.Image.Height / height);
        double step = Math.Min(most, LogUniform(ref random, Math.Min(0.5, most), Math.Max(most, 0.5)));
        double x = random.NextDouble() * Math.Max(0, picture.Image.Width - (width * step)), y = random.NextDouble() * Math.Max(0, picture.Image.Height - (height * step));
        double across = mirrored ? -step : step, down = stands ? step : -step;
        if (mirrored) x += (width - 1) * step;
        if (!stands) y += (height - 1) * step;
        Placement placement = lies ? new(x, y, 0, down, across, 0) : new(x, y, across, 0, 0, down);
        float gain = (float)LogUniform(ref random, 0.7, 1.3), bias = (float)random.NextDouble(-40, 40);
        scene.Draw(picture, placement, mask, negative ? -gain : gain, bias, 0, 0, scene.Width, scene.Height);
    }

    // A piece of a picture or of texture, laid on the scene as a head would be.
    private void DrawPiece(Canvas scene, SceneSettings settings, ref RandomStream random)
    {
        double side = LogUniform(ref random, settings.MinimumFace, settings.MaximumFace);
        double x = random.NextDouble() * scene.Width, y = random.NextDouble() * scene.Height;
        Mipmaps picture = _backgrounds[random.NextInt32(_backgrounds.Length)];
        double reach = 1.4 * side, most = Math.Min(picture.Image.Width, picture.Image.Height) / reach;
        double step = Math.Min(most, LogUniform(ref random, Math.Min(0.25, most), Math.Max(most, 0.25)));
        double sourceX = random.NextDouble() * (picture.Image.Width - (reach * step)), sourceY = random.NextDouble() * (picture.Image.Height - (reach * step));
        int first = (int)Math.Floor(x - (reach / 2)), top = (int)Math.Floor(y - (reach / 2)), size = (int)Math.Ceiling(reach);
        Mask mask = RandomMask(side, ref random) with { X = x, Y = y, Cos = 1, Sin = 0 };
        scene.Draw(
            picture, new Placement(sourceX - (first * step), sourceY - (top * step), step, 0, 0, step), mask,
            (float)LogUniform(ref random, 0.6, 1.5), (float)random.NextDouble(-50, 50), first, top, first + size, top + size);
    }

    private bool TryPlace(Canvas scene, SceneSettings settings, ReadOnlySpan<PlacedFace> others, ref RandomStream random, out PlacedFace placed)
    {
        (Mipmaps picture, PlacedFace face) = _heads[random.NextInt32(_heads.Length)];
        double side = LogUniform(ref random, settings.MinimumFace, settings.MaximumFace);
        double tilt = Math.Clamp(random.NextGaussian() * 12 * Math.PI / 180, -MaxTilt, MaxTilt);
        double stretch = LogUniform(ref random, 0.92, 1.09), step = face.Side / side;
        bool mirrored = random.NextDouble() < 0.5;
        double x = random.NextDouble() * scene.Width, y = random.NextDouble() * scene.Height;
        Mask mask = RandomMask(side, ref random);
        float gain = (float)LogUniform(ref random, 0.7, 1.4), bias = (float)random.NextDouble(-40, 40);
        bool matches = random.NextDouble() < 0.4;
        double sourceGain = random.NextDouble(0.45, 1);
        bool covered = random.NextDouble() < 0.2;
        placed = default;

        // Some reach over the edge, but not so far that the middle of the face would be lost.
        double inset = Math.Min(0.3 * side, 0.5 * Math.Min(scene.Width, scene.Height));
        x = Math.Clamp(x, inset, scene.Width - inset);
        y = Math.Clamp(y, inset, scene.Height - inset);
        foreach (PlacedFace other in others)
        {
            double apart = Math.Max(Math.Abs(other.X - x), Math.Abs(other.Y - y));
            if (apart < 0.55 * (other.Side + side)) return false;
        }

        // Places are measured from the pictures' edges, pixels by their numbers, whose middles lie half a pixel further in.
        // From the scene to the head's picture: turned about the face's middle, stretched, perhaps mirrored.
        double cos = Math.Cos(tilt), sin = Math.Sin(tilt), direction = mirrored ? -1 : 1;
        double acrossX = direction * cos * step * stretch, downX = direction * sin * step * stretch;
        double acrossY = -sin * step / stretch, downY = cos * step / stretch;
        Placement placement = new(
            face.X - 0.5 - (acrossX * (x - 0.5)) - (downX * (y - 0.5)), face.Y - 0.5 - (acrossY * (x - 0.5)) - (downY * (y - 0.5)), acrossX, acrossY, downX, downY);
        int left = (int)Math.Floor(x - (1.1 * side)), top = (int)Math.Floor(y - (1.1 * side)), size = (int)Math.Ceiling(2.2 * side);
        if (matches) (gain, bias) = scene.Match(picture, placement, x, y, side, sourceGain);
        mask = mask with { X = x, Y = y, Cos = cos, Sin = sin, FadesAtEdges = true };
        scene.Draw(picture, placement, mask, gain, bias, left, top, left + size, top + size);
        if (covered) Cover(scene, x, y, side, ref random);

        // The inverse way for the eyes.
        double determinant = (acrossX * downY) - (downX * acrossY);
        EyePositions? eyes = null;
        if (face.Eyes is { } own)
        {
            eyes = new EyePositions(Across(own.LeftX, own.LeftY), Down(own.LeftX, own.LeftY), Across(own.RightX, own.RightY), Down(own.RightX, own.RightY));
            if (mirrored) eyes = new EyePositions(eyes.Value.RightX, eyes.Value.RightY, eyes.Value.LeftX, eyes.Value.LeftY);
        }

        placed = new PlacedFace((float)x, (float)y, (float)side, eyes);
        return true;

        float Across(double sourceX, double sourceY) => (float)(x + (((downY * (sourceX - face.X)) - (downX * (sourceY - face.Y))) / determinant));

        float Down(double sourceX, double sourceY) => (float)(y + (((acrossX * (sourceY - face.Y)) - (acrossY * (sourceX - face.X))) / determinant));
    }

    // Something in front of a part of the face: its lower half, a side, or a bar.
    private void Cover(Canvas scene, double x, double y, double side, ref RandomStream random)
    {
        double width = random.NextDouble(0.25, 1) * side, height = random.NextDouble(0.15, 0.4) * side;
        double angle = random.NextDouble() * 2 * Math.PI, away = random.NextDouble(0.35, 0.6) * side;
        double middleX = x + (Math.Cos(angle) * away), middleY = y + (Math.Sin(angle) * away);
        if (random.NextDouble() < 0.5) (width, height) = (height, width);
        Mipmaps picture = _backgrounds[random.NextInt32(_backgrounds.Length)];
        double reach = Math.Max(width, height) + 2, most = Math.Min(picture.Image.Width, picture.Image.Height) / reach, step = most * random.NextDouble(0.1, 1);
        double sourceX = random.NextDouble() * (picture.Image.Width - (reach * step)), sourceY = random.NextDouble() * (picture.Image.Height - (reach * step));
        int left = (int)Math.Floor(middleX - (width / 2)), top = (int)Math.Floor(middleY - (height / 2));
        scene.Draw(
            picture, new Placement(sourceX - (left * step), sourceY - (top * step), step, 0, 0, step), Mask.Everything,
            (float)LogUniform(ref random, 0.5, 1.3), (float)random.NextDouble(-30, 30), left, top, left + (int)Math.Ceiling(width), top + (int)Math.Ceiling(height));
    }

    private static Mask RandomMask(double side, ref RandomStream random)
    {
        bool whole = random.NextDouble() < 0.4;
        double radiusX = whole ? side : random.NextDouble(LeastOval, GreatestOval) * side;
        double radiusY = whole ? side : radiusX * random.NextDouble(1, 1.3);
        return new Mask(radiusX, radiusY, random.NextDouble(0.03, 0.3), whole);
    }

    // Light, lens and sensor.
    private static void Finish(Canvas scene, ref RandomStream random)
    {
        double gain = LogUniform(ref random, 0.7, 1.25), bias = random.NextDouble(-30, 30);
        double slopeX = random.NextDouble(-0.3, 0.3), slopeY = random.NextDouble(-0.3, 0.3);
        double blur = random.NextDouble(), noise = random.NextDouble();
        if (blur < 0.25) scene.Blur((float)(0.5 * blur / 0.25));
        scene.Light((float)gain, (float)bias, (float)slopeX, (float)slopeY, noise < 0.5 ? (float)(10 * noise * noise / 0.25) : 0, random.NextUInt64());
    }

    private static double LogUniform(ref RandomStream random, double minimum, double maximum) => Math.Exp(random.NextDouble(Math.Log(minimum), Math.Log(maximum)));
}
