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
    private const double MinOval = 0.44;
    private const double MaxOval = 0.66;
    private const double UsualTilt = 12 * Math.PI / 180;
    private const double MaxTilt = 48 * Math.PI / 180;

    // Eyes nearer to one another than this share of the side are those of a face turned away.
    private const double TurnedEyes = 0.31;

    private readonly HeadSet[] _heads;
    private readonly Mipmaps[] _backgrounds;
    private readonly (Mipmaps Picture, HardNegative Place)[] _negatives;

    /// <summary>Takes what scenes are made of.</summary>
    /// <param name="heads">Sets of pictures of one head each; heads of each set are as common as those of any other, whatever its
    /// size.</param>
    /// <param name="backgrounds">Pictures without faces.</param>
    /// <param name="negatives">What a detector took for faces in the backgrounds: where there are some, two scenes of five stand on such a
    /// place.</param>
    /// <exception cref="ArgumentException">There is no set, one has no head, there is no background, or a negative lies in a picture that
    /// is not among them.</exception>
    public SceneComposer(IReadOnlyCollection<PictureSet> heads, PictureSet backgrounds, IReadOnlyCollection<HardNegative>? negatives = null)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentNullException.ThrowIfNull(backgrounds);
        if (heads.Count == 0) throw new ArgumentException("no set of heads; expected one or more", nameof(heads));
        _heads = [.. heads.Select(set => new HeadSet(set, TurnedEyes))];
        LabeledPicture[] faceless = [.. backgrounds.Pictures.Where(picture => picture.Faces.IsEmpty)];
        _backgrounds = [.. faceless.AsParallel().AsOrdered().Select(picture => new Mipmaps(picture.Image))];
        if (_backgrounds.Length == 0) throw new ArgumentException($"{backgrounds.Name}: no picture without faces");
        Dictionary<string, int> byName = faceless.Select((picture, i) => (picture.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i);
        if (negatives?.FirstOrDefault(negative => !byName.ContainsKey(negative.Picture)) is { } unknown)
        {
            throw new ArgumentException($"{backgrounds.Name}: no picture '{unknown.Picture}', of which a false face is given");
        }
        _negatives = [.. (negatives ?? []).Select(negative => (_backgrounds[byName[negative.Picture]], negative))];
    }

    /// <summary>Number of heads.</summary>
    public int Heads => _heads.Sum(set => set.Heads.Length);

    /// <summary>Number of backgrounds.</summary>
    public int Backgrounds => _backgrounds.Length;

    /// <summary>Composes one scene.</summary>
    /// <param name="options">What it looks like.</param>
    /// <param name="seed">Seed of all scenes.</param>
    /// <param name="number">Which of them.</param>
    public LabeledPicture Compose(SceneOptions options, ulong seed, long number)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        float[] canvas = new float[options.Width * options.Height];
        PlacedFace[] faces = new PlacedFace[options.MaxFaces];
        int count = Compose(options, seed, number, canvas, faces);
        byte[] pixels = new byte[canvas.Length];
        for (int i = 0; i < canvas.Length; i++) pixels[i] = (byte)MathF.Round(canvas[i]);
        return new LabeledPicture($"{number:00000}.png", new GrayImage(pixels, options.Width, options.Height), [.. faces.AsSpan(0, count)]);
    }

    /// <summary>Adds all that decides what scenes look like, but for options and seed.</summary>
    /// <param name="hash">The hash.</param>
    internal void AppendTo(IncrementalHash hash)
    {
        foreach ((Mipmaps picture, PlacedFace face) in _heads.SelectMany(set => set.Heads))
        {
            Append(picture);
            EyePositions? eyes = face.Eyes;
            hash.AppendData(
                MemoryMarshal.AsBytes<float>(
                [face.X, face.Y, face.Side, eyes?.LeftX ?? float.NaN, eyes?.LeftY ?? float.NaN, eyes?.RightX ?? float.NaN, eyes?.RightY
                ?? float.NaN]));
        }

        foreach (Mipmaps background in _backgrounds) Append(background);
        foreach ((_, HardNegative place) in _negatives) hash.AppendData(MemoryMarshal.AsBytes<float>([place.X, place.Y, place.Side]));

        void Append(Mipmaps picture)
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([picture.Image.Width, picture.Image.Height]));
            hash.AppendData(picture.Image.Pixels);
        }
    }

    /// <summary>Composes one scene without allocating.</summary>
    /// <param name="options">What it looks like.</param>
    /// <param name="seed">Seed of all scenes.</param>
    /// <param name="number">Which of them.</param>
    /// <param name="canvas">Receives its grey values 0 to 255, <c>[height, width]</c>, packed.</param>
    /// <param name="faces">Receives its faces.</param>
    /// <returns>How many faces it has.</returns>
    internal int Compose(SceneOptions options, ulong seed, long number, Span<float> canvas, Span<PlacedFace> faces)
    {
        RandomStream random = new(seed, (ulong)number);
        Canvas scene = new(canvas, options.Width, options.Height);
        DrawBackground(scene, options.Degradation, ref random);
        int wanted = random.NextInt32(options.MaxFaces + 1), count = 0;
        int pieces = random.NextDouble() < 0.65 ? 1 + random.NextInt32(3) : 0;
        bool isRow = random.NextDouble() < 0.2;
        for (int i = 0; i < pieces; i++) DrawPiece(scene, options, ref random);
        for (int i = 0; i < wanted; i++)
        {
            if (TryPlace(scene, options, faces[..count], isRow, ref random, out PlacedFace face)) faces[count++] = face;
        }

        Finish(scene, options.Degradation, ref random);
        return count;
    }

    private void DrawBackground(Canvas scene, double degradation, ref RandomStream random)
    {
        if (_negatives.Length > 0 && random.NextDouble() < 0.4)
        {
            DrawNegative(scene, degradation, ref random);
            return;
        }

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
        bool mirrored = random.NextDouble() < 0.5, lies = random.NextDouble() < 0.2, stands = random.NextDouble() < 0.8,
            negative = random.NextDouble() < 0.15;
        double width = lies ? scene.Height : scene.Width, height = lies ? scene.Width : scene.Height;
        double most = Math.Min(picture.Image.Width / width, picture.Image.Height / height);
        double step = Math.Min(most, LogUniform(ref random, Math.Min(0.5, most), Math.Max(most, 0.5)));
        double x = random.NextDouble() * Math.Max(0, picture.Image.Width - (width * step)),
            y = random.NextDouble() * Math.Max(0, picture.Image.Height - (height * step));
        double across = mirrored ? -step : step, down = stands ? step : -step;
        if (mirrored) x += (width - 1) * step;
        if (!stands) y += (height - 1) * step;
        Placement placement = lies ? new(x, y, 0, down, across, 0) : new(x, y, across, 0, 0, down);
        float gain = (float)LogUniform(ref random, 0.7, 1.3), bias = (float)random.NextDouble(-40, 40);
        scene.Draw(picture, placement, mask, new Tone(negative ? -gain : gain, bias), 0, 0, scene.Width, scene.Height);
    }

    // A background such that what was taken for a face is as large as the faces the network finds, perhaps mirrored, and a little tilted.
    private void DrawNegative(Canvas scene, double degradation, ref RandomStream random)
    {
        (Mipmaps picture, HardNegative place) = _negatives[random.NextInt32(_negatives.Length)];
        double side = LogUniform(ref random, DetectorLoss.MinimumSide, DetectorLoss.MaximumSide),
            tilt = random.NextGaussian() * UsualTilt / 2;
        FacePose pose = new(random.NextDouble() * scene.Width, random.NextDouble() * scene.Height, side, Math.Cos(tilt), Math.Sin(tilt));
        PlacedFace taken = new(place.X * picture.Image.Width, place.Y * picture.Image.Height, place.Side * picture.Image.Width, Eyes: null);
        Placement placement = Place(taken, pose, random.NextDouble() < 0.5, 1);
        Tone tone = RandomTone(pose, degradation, ref random);
        scene.Draw(picture, placement, Mask.Everything, random.NextDouble() < 0.1
            ? tone with { Gain = -tone.Gain }
            : tone, 0, 0, scene.Width, scene.Height);
    }

    // What is no face, drawn on the scene just as a head would be: a piece of a picture, a small part of a head, or a head whose face is
    // hidden.
    private void DrawPiece(Canvas scene, SceneOptions options, ref RandomStream random)
    {
        double side = LogUniform(ref random, options.MinFace, options.MaxFace), kind = random.NextDouble();
        double x = random.NextDouble() * scene.Width, y = random.NextDouble() * scene.Height, tilt = RandomTilt(ref random),
            degradation = options.Degradation;
        FacePose pose = new(x, y, side, Math.Cos(tilt), Math.Sin(tilt));
        if (kind < 0.08) DrawTorso(scene, pose, ref random);
        if (kind < 0.12)
        {
            DrawHiddenHead(scene, pose, degradation, ref random);
            return;
        }

        Mipmaps picture = _backgrounds[random.NextInt32(_backgrounds.Length)];
        double reach = 1.4 * side, step, sourceX, sourceY;
        if (kind < 0.27)
        {
            // A third of the face's side or less: an eye, a cheek, an ear, a collar.
            (picture, PlacedFace face) = RandomHead(ref random);
            step = face.Side * random.NextDouble(0.12, 0.35) / reach;
            sourceX = random.NextDouble() * (picture.Image.Width - (reach * step));
            sourceY = random.NextDouble() * (picture.Image.Height - (reach * step));
        }
        else
        {
            double most = Math.Min(picture.Image.Width, picture.Image.Height) / reach;
            step = Math.Min(most, LogUniform(ref random, Math.Min(0.25, most), Math.Max(most, 0.25)));
            sourceX = random.NextDouble() * (picture.Image.Width - (reach * step));
            sourceY = random.NextDouble() * (picture.Image.Height - (reach * step));
        }

        int first = (int)Math.Floor(x - (reach / 2)), top = (int)Math.Floor(y - (reach / 2)), size = (int)Math.Ceiling(reach);
        Mask mask = RandomMask(pose, ref random);
        scene.Draw(
            picture, new Placement(sourceX - (first * step), sourceY - (top * step), step, 0, 0, step), mask with { EdgeFade = 0 },
            RandomTone(pose, degradation, ref random), first, top, first + size, top + size);
        if (random.NextDouble() < 0.1) Accessories.DrawGlasses(scene, pose, null, random.NextDouble() < 0.7, ref random);
        if (random.NextDouble() < 0.05) Accessories.DrawMask(scene, pose, ref random);
        if (random.NextDouble() < 0.05) Accessories.DrawHair(scene, pose, ref random);
        if (random.NextDouble() < 0.05) Accessories.DrawFingers(scene, pose, ref random);
    }

    // A head with something else where its face was.
    private void DrawHiddenHead(Canvas scene, in FacePose pose, double degradation, ref RandomStream random)
    {
        (Mipmaps picture, PlacedFace face) = RandomHead(ref random);
        Placement placement = Place(face, pose, random.NextDouble() < 0.5, 1);
        DrawAround(scene, picture, placement, RandomMask(pose, ref random), RandomTone(pose, degradation, ref random), pose);
        Mask hidden = pose.Oval(
            0, 0.02, random.NextDouble(0.42, 0.55), random.NextDouble(0.5, 0.62), random.NextDouble(0.05, 0.25), random.NextDouble() < 0.2);
        if (random.NextDouble() < 0.3)
        {
            scene.Fill(hidden, (float)random.NextDouble(10, 245), 1);
            return;
        }

        Mipmaps other = _backgrounds[random.NextInt32(_backgrounds.Length)];
        double most = Math.Min(other.Image.Width, other.Image.Height) / (1.5 * pose.Side), step = most * random.NextDouble(0.1, 1);
        Placement inside = new(
            (random.NextDouble() * (other.Image.Width - (1.5 * pose.Side * step))) - ((pose.X - (0.75 * pose.Side)) * step),
            (random.NextDouble() * (other.Image.Height - (1.5 * pose.Side * step))) - ((pose.Y - (0.75 * pose.Side)) * step), step, 0, 0,
                step);
        DrawAround(scene, other, inside, hidden, RandomTone(pose, degradation, ref random), pose);
    }

    // Shoulders below a head, in plain cloth or with a pattern.
    private void DrawTorso(Canvas scene, in FacePose pose, ref RandomStream random)
    {
        double radiusX = random.NextDouble(0.9, 1.5), radiusY = random.NextDouble(0.7, 1.2);
        Mask torso = pose.Oval(random.NextDouble(-0.1, 0.1), 0.45 + radiusY, radiusX, radiusY, 0.05, random.NextDouble() < 0.25);
        float grey = (float)random.NextDouble(10, 245);
        if (random.NextDouble() < 0.5)
        {
            scene.Fill(torso, grey, 1);
        }
        else
        {
            Mipmaps picture = _backgrounds[random.NextInt32(_backgrounds.Length)];
            double reach = 3 * pose.Side, most = Math.Min(picture.Image.Width, picture.Image.Height) / reach,
                step = most * random.NextDouble(0.1, 1);
            double left = pose.X - (1.5 * pose.Side), top = pose.Y - (0.2 * pose.Side);
            Placement placement = new(
                (random.NextDouble() * (picture.Image.Width - (reach * step))) - (left * step),
                    (random.NextDouble() * (picture.Image.Height - (reach * step))) - (top * step), step, 0, 0, step);
            scene.Draw(
                picture, placement, torso, new Tone((float)LogUniform(ref random, 0.4, 1.3), (float)random.NextDouble(-50, 50)),
                (int)left, (int)top, (int)(left + reach), (int)(top + reach));
        }

        // A neck, perhaps with an open collar.
        if (random.NextDouble() < 0.6)
        {
            scene.Fill(pose.Oval(0, 0.55, random.NextDouble(0.2, 0.32), random.NextDouble(0.2, 0.4), 0.2, random.NextDouble() < 0.5),
                (float)random.NextDouble(30, 220), 1);
        }
    }

    // Nobody in front hides the face of another who is already there.
    private static bool TorsoCovers(in FacePose pose, ReadOnlySpan<PlacedFace> others)
    {
        foreach (PlacedFace other in others)
        {
            double near = 0.5 * (other.Side + pose.Side);
            if (Math.Abs(other.X - pose.X) < near + (1.2 * pose.Side) && other.Y > pose.Y - near
                && other.Y < pose.Y + near + (2.4 * pose.Side)) return true;
        }

        return false;
    }

    private (Mipmaps Picture, PlacedFace Face) RandomHead(ref RandomStream random)
    {
        HeadSet set = _heads[random.NextInt32(_heads.Length)];
        bool isTurned = random.NextDouble() < 0.2;
        (Mipmaps Picture, PlacedFace Face)[] heads = isTurned && set.Turned.Length > 0 ? set.Turned : set.Heads;
        return heads[random.NextInt32(heads.Length)];
    }

    private static double RandomTilt(ref RandomStream random) =>
        random.NextDouble() < 0.7 ? Math.Clamp(random.NextGaussian() * UsualTilt, -MaxTilt, MaxTilt) : random.NextDouble(-MaxTilt, MaxTilt);

    // Places are measured from the pictures' edges, pixels by their numbers, whose middles lie half a pixel further in.
    // From the scene to the head's picture: turned about the face's middle, stretched, perhaps mirrored.
    private static Placement Place(PlacedFace face, in FacePose pose, bool mirrored, double stretch)
    {
        double step = face.Side / pose.Side, direction = mirrored ? -1 : 1;
        double acrossX = direction * pose.Cos * step * stretch, downX = direction * pose.Sin * step * stretch;
        double acrossY = -pose.Sin * step / stretch, downY = pose.Cos * step / stretch;
        return new Placement(
            face.X - 0.5 - (acrossX * (pose.X - 0.5)) - (downX * (pose.Y - 0.5)),
                face.Y - 0.5 - (acrossY * (pose.X - 0.5)) - (downY * (pose.Y - 0.5)), acrossX, acrossY, downX, downY);
    }

    private static void DrawAround(Canvas scene, Mipmaps picture, in Placement placement, in Mask mask, in Tone tone, in FacePose pose)
    {
        int left = (int)Math.Floor(pose.X - (1.1 * pose.Side)), top = (int)Math.Floor(pose.Y - (1.1 * pose.Side)),
            size = (int)Math.Ceiling(2.2 * pose.Side);
        scene.Draw(picture, placement, mask, tone, left, top, left + size, top + size);
    }

    private bool TryPlace(
        Canvas scene, SceneOptions options, ReadOnlySpan<PlacedFace> others, bool isRow, ref RandomStream random, out PlacedFace placed)
    {
        (Mipmaps picture, PlacedFace face) = RandomHead(ref random);
        double side = LogUniform(ref random, options.MinFace, options.MaxFace);
        double tilt = RandomTilt(ref random);
        double stretch = LogUniform(ref random, 0.92, 1.15);
        bool mirrored = random.NextDouble() < 0.5;
        double x = random.NextDouble() * scene.Width, y = random.NextDouble() * scene.Height;
        bool matches = random.NextDouble() < 0.35, hasTorso = random.NextDouble() < 0.4;
        double sourceGain = random.NextDouble(0.45, 1);
        placed = default;
        if (isRow && !others.IsEmpty)
        {
            // Beside the one before, as people stand for a photo.
            PlacedFace before = others[^1];
            side = before.Side * LogUniform(ref random, 0.8, 1.25);
            x = before.X + ((random.NextDouble() < 0.5 ? -1 : 1) * random.NextDouble(1.15, 1.8) * before.Side);
            y = before.Y + (random.NextGaussian() * 0.3 * before.Side);
            if (x < 0 || y < 0 || x > scene.Width || y > scene.Height) return false;
        }

        // Some reach over the edge, but not so far that the middle of the face would be lost.
        double inset = Math.Min(0.3 * side, 0.5 * Math.Min(scene.Width, scene.Height));
        x = Math.Clamp(x, inset, scene.Width - inset);
        y = Math.Clamp(y, inset, scene.Height - inset);
        foreach (PlacedFace other in others)
        {
            double apart = Math.Max(Math.Abs(other.X - x), Math.Abs(other.Y - y));
            if (apart < 0.55 * (other.Side + side)) return false;
        }

        FacePose pose = new(x, y, side, Math.Cos(tilt), Math.Sin(tilt));
        Placement placement = Place(face, pose, mirrored, stretch);
        if (hasTorso && !TorsoCovers(pose, others)) DrawTorso(scene, pose, ref random);
        Tone tone = RandomTone(pose, options.Degradation, ref random);
        if (matches)
        {
            (float gain, float bias) = scene.Match(picture, placement, x, y, side, sourceGain);
            tone = tone with { Gain = gain, Bias = bias, Gamma = 1 };
        }

        DrawAround(scene, picture, placement, RandomMask(pose, ref random), tone, pose);

        // The inverse way for the eyes.
        double determinant = (placement.AcrossX * placement.DownY) - (placement.DownX * placement.AcrossY);
        EyePositions? eyes = null;
        if (face.Eyes is { } own)
        {
            eyes = new EyePositions(
                Across(own.LeftX, own.LeftY), Down(own.LeftX, own.LeftY), Across(own.RightX, own.RightY), Down(own.RightX, own.RightY));
            if (mirrored) eyes = new EyePositions(eyes.Value.RightX, eyes.Value.RightY, eyes.Value.LeftX, eyes.Value.LeftY);
        }

        placed = new PlacedFace((float)x, (float)y, (float)side, eyes);
        Dress(scene, pose, eyes, ref random);
        return true;

        float Across(double sourceX, double sourceY) =>
            (float)(x + (((placement.DownY * (sourceX - face.X)) - (placement.DownX * (sourceY - face.Y))) / determinant));

        float Down(double sourceX, double sourceY) =>
            (float)(y + (((placement.AcrossX * (sourceY - face.Y)) - (placement.AcrossY * (sourceX - face.X))) / determinant));
    }

    private void Dress(Canvas scene, in FacePose pose, EyePositions? eyes, ref RandomStream random)
    {
        double worn = random.NextDouble();
        if (worn < 0.07) Accessories.DrawGlasses(scene, pose, eyes, areDark: true, ref random);
        else if (worn < 0.12) Accessories.DrawGlasses(scene, pose, eyes, areDark: false, ref random);
        else if (worn < 0.17) Accessories.DrawMask(scene, pose, ref random);
        double before = random.NextDouble();
        if (before < 0.06) Accessories.DrawHair(scene, pose, ref random);
        else if (before < 0.11) Accessories.DrawFingers(scene, pose, ref random);
        else if (before < 0.23) Cover(scene, pose.X, pose.Y, pose.Side, ref random);
    }

    // Something in front of a part of the face: its lower half, a side, or a bar.
    private void Cover(Canvas scene, double x, double y, double side, ref RandomStream random)
    {
        double width = random.NextDouble(0.25, 1) * side, height = random.NextDouble(0.15, 0.4) * side;
        double angle = random.NextDouble() * 2 * Math.PI, away = random.NextDouble(0.35, 0.6) * side;
        double middleX = x + (Math.Cos(angle) * away), middleY = y + (Math.Sin(angle) * away);
        if (random.NextDouble() < 0.5) (width, height) = (height, width);
        Mipmaps picture = _backgrounds[random.NextInt32(_backgrounds.Length)];
        double reach = Math.Max(width, height) + 2, most = Math.Min(picture.Image.Width, picture.Image.Height) / reach,
            step = most * random.NextDouble(0.1, 1);
        double sourceX = random.NextDouble() * (picture.Image.Width - (reach * step)),
            sourceY = random.NextDouble() * (picture.Image.Height - (reach * step));
        int left = (int)Math.Floor(middleX - (width / 2)), top = (int)Math.Floor(middleY - (height / 2));
        scene.Draw(
            picture, new Placement(sourceX - (left * step), sourceY - (top * step), step, 0, 0, step), Mask.Everything,
            new Tone((float)LogUniform(ref random, 0.5, 1.3), (float)random.NextDouble(-30, 30)), left, top,
                left + (int)Math.Ceiling(width), top + (int)Math.Ceiling(height));
    }

    // An oval, the whole picture fading out at its edges, or a box with hard edges at any distance from the face.
    private static Mask RandomMask(in FacePose pose, ref RandomStream random)
    {
        double kind = random.NextDouble();
        if (kind < 0.4)
        {
            double radiusX = random.NextDouble(MinOval, MaxOval);
            return pose.Oval(0, 0, radiusX, radiusX * random.NextDouble(1, 1.3), random.NextDouble(0.03, 0.3)) with { EdgeFade = 0.06 };
        }

        if (kind < 0.75) return pose.Oval(0, 0, 1, 1, random.NextDouble(0.03, 0.3), isBox: true) with { EdgeFade = 0.06 };
        double left = random.NextDouble(0.4, 0.9), right = random.NextDouble(0.4, 0.9), top = random.NextDouble(0.45, 0.95),
            bottom = random.NextDouble(0.45, 0.95);
        return pose.Oval((right - left) / 2, (bottom - top) / 2, (left + right) / 2, (top + bottom) / 2, 0.02, isBox: true) with
        {
            EdgeFade = 0.001,
        };
    }

    // Skin of any shade in any light.
    private static Tone RandomTone(in FacePose pose, double degradation, ref RandomStream random)
    {
        Tone tone = new((float)LogUniform(ref random, 0.65, 1.4), (float)random.NextDouble(-40, 40));
        if (random.NextDouble() < 0.5 * degradation) tone = tone with { Gamma = (float)LogUniform(ref random, 0.5, 2.5) };
        if (random.NextDouble() < 0.4 * degradation)
        {
            double angle = random.NextDouble() * 2 * Math.PI, strength = random.NextDouble(0, 1.3) / pose.Side;
            tone = tone with
            {
                X = (float)pose.X,
                Y = (float)pose.Y,
                ShadeX = (float)(Math.Cos(angle) * strength),
                ShadeY = (float)(Math.Sin(angle) * strength),
            };
        }

        if (random.NextDouble() < 0.1 * degradation)
        {
            double angle = random.NextDouble() * 2 * Math.PI, sharpness = 1 / (pose.Side * random.NextDouble(0.05, 0.4));
            (double x, double y) = pose.At(random.NextDouble(-0.3, 0.3), random.NextDouble(-0.3, 0.3));
            tone = tone with
            {
                X = (float)x,
                Y = (float)y,
                Shadow = (float)random.NextDouble(0.3, 0.8),
                ShadowX = (float)(Math.Cos(angle) * sharpness),
                ShadowY = (float)(Math.Sin(angle) * sharpness),
            };
        }

        return tone;
    }

    // Light, lens, sensor and file.
    private static void Finish(Canvas scene, double degradation, ref RandomStream random)
    {
        double gain = LogUniform(ref random, 0.7, 1.25), bias = random.NextDouble(-30, 30);
        double slopeX = random.NextDouble(-0.3, 0.3), slopeY = random.NextDouble(-0.3, 0.3);
        double exposed = random.NextDouble(), blur = random.NextDouble(), noise = random.NextDouble(), file = random.NextDouble();
        if (exposed < 0.15 * degradation) scene.Expose((float)LogUniform(ref random, 0.5, 2), 1);
        else if (exposed < 0.3 * degradation) (gain, bias) = (1, 0);
        if (blur < 0.3 * degradation) scene.Defocus(1.1 * blur / 0.3);
        double deviation = noise < 0.45 ? 10 * noise * noise / (0.45 * 0.45) : noise < 0.45 + (0.08 * degradation) ? random.NextDouble(
            10, 28) : 0;
        if (exposed >= 0.15 * degradation && exposed < 0.3 * degradation) scene.Expose(1, (float)LogUniform(ref random, 0.15, 0.7));
        scene.Light((float)gain, (float)bias, (float)slopeX, (float)slopeY, (float)deviation, random.NextUInt64());
        if (file < 0.25 * degradation) scene.Compress(12 + random.NextInt32(60));
    }

    private static double LogUniform(ref RandomStream random, double minimum, double maximum) =>
        Math.Exp(random.NextDouble(Math.Log(minimum), Math.Log(maximum)));
}
