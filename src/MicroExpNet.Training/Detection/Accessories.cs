namespace MicroExpNet.Training.Detection;

/// <summary>What people wear on their faces, drawn: glasses, sunglasses, masks, hair over the forehead and fingers.</summary>
internal static class Accessories
{
    /// <summary>Dark lenses over the eyes, or the frames of clear ones.</summary>
    public static void DrawGlasses(Canvas scene, in FacePose face, EyePositions? eyes, bool areDark, ref RandomStream random)
    {
        // Where nobody knows the eyes, they are where most faces have them.
        (double leftX, double leftY) = face.At(-0.19, -0.115);
        (double rightX, double rightY) = face.At(0.19, -0.115);
        if (eyes is { } known) (leftX, leftY, rightX, rightY) = (known.LeftX, known.LeftY, known.RightX, known.RightY);
        double apart = Math.Sqrt(((rightX - leftX) * (rightX - leftX)) + ((rightY - leftY) * (rightY - leftY)));
        double cos = apart < 1 ? face.Cos : (rightX - leftX) / apart, sin = apart < 1 ? face.Sin : (rightY - leftY) / apart;
        double radiusX = Math.Max(random.NextDouble(0.36, 0.52) * apart, 0.1 * face.Side),
            radiusY = random.NextDouble(0.1, 0.19) * face.Side;
        double drop = random.NextDouble(-0.01, 0.05) * face.Side;
        bool isBox = random.NextDouble() < 0.4;
        float frame = (float)random.NextDouble(0, areDark ? 60 : 120), lens = random.NextDouble() < 0.85
            ? (float)random.NextDouble(2, 70)
            : (float)random.NextDouble(90, 200);
        float opacity = (float)random.NextDouble(0.75, 1);
        float rim = (float)(1 - random.NextDouble(0.08, 0.25));
        bool hasRim = random.NextDouble() < 0.5;
        Mask oval = new(radiusX, radiusY, 0.08, isBox) { X = leftX - (sin * drop), Y = leftY + (cos * drop), Cos = cos, Sin = sin };
        for (int i = 0; i < 2; i++)
        {
            if (areDark) scene.Fill(oval, lens, opacity);
            if (!areDark || hasRim) scene.Fill(oval, frame, opacity, rim);
            oval = oval with { X = rightX - (sin * drop), Y = rightY + (cos * drop) };
        }

        // The bridge and the sides.
        double middleX = (leftX + rightX) / 2, middleY = (leftY + rightY) / 2,
            thickness = Math.Max(0.5, random.NextDouble(0.01, 0.03) * face.Side);
        scene.Fill(new Mask(apart / 2, thickness, 0.3, IsBox: true) { X = middleX, Y = middleY, Cos = cos, Sin = sin }, frame, opacity);
        double reach = random.NextDouble(0.42, 0.52) * face.Side;
        scene.Fill(new Mask(reach, thickness, 0.3, IsBox: true) { X = middleX, Y = middleY, Cos = cos, Sin = sin }, frame, opacity,
            (float)Math.Min(0.95, ((apart / 2) + radiusX) / reach));
    }

    /// <summary>A mask over mouth and nose, with folds.</summary>
    public static void DrawMask(Canvas scene, in FacePose face, ref RandomStream random)
    {
        double top = random.NextDouble(-0.04, 0.12), bottom = random.NextDouble(0.46, 0.56), radiusX = random.NextDouble(0.3, 0.44);
        float grey = (float)random.NextDouble(10, 245), contrast = (float)random.NextDouble(0, 25);
        scene.Fill(face.Oval(0, (top + bottom) / 2, radiusX, (bottom - top) / 2, 0.08, random.NextDouble() < 0.4), grey, 1);
        scene.Fill(face.Oval(random.NextDouble(-0.08, 0.08), (top + bottom) / 2, radiusX * 0.5, (bottom - top) * 0.4, 1), grey + contrast,
            0.9f);
        int folds = random.NextInt32(4);
        for (int i = 0; i < folds; i++)
        {
            scene.Fill(face.Oval(0, top + ((bottom - top) * (i + 1) / (folds + 1.0)), radiusX * 0.85, 0.012, 0.5), grey - contrast - 10,
                0.6f);
        }
        float straps = grey > 128 ? 230 : 30;
        if (random.NextDouble() < 0.5)
        {
            scene.Fill(face.Oval(0, top + 0.06, 0.5, 0.012, 0.4, isBox: true), straps, 0.8f, (float)(radiusX / 0.5));
        }
    }

    /// <summary>Locks of hair or the brim of a hat over the forehead.</summary>
    public static void DrawHair(Canvas scene, in FacePose face, ref RandomStream random)
    {
        float grey = random.NextDouble() < 0.7 ? (float)random.NextDouble(5, 80) : (float)random.NextDouble(80, 230);
        if (random.NextDouble() < 0.35)
        {
            scene.Fill(face.Oval(
                random.NextDouble(-0.1, 0.1), random.NextDouble(-0.46, -0.32), random.NextDouble(0.45, 0.7), random.NextDouble(0.08, 0.16),
                0.2, random.NextDouble() < 0.5), grey, 1);
            return;
        }

        int locks = 3 + random.NextInt32(6);
        for (int i = 0; i < locks; i++)
        {
            double tilt = random.NextDouble(-0.9, 0.9);
            Mask one = face.Oval(
                random.NextDouble(-0.45, 0.45), random.NextDouble(-0.5, -0.22), random.NextDouble(0.03, 0.12),
                random.NextDouble(0.15, 0.32), 0.5);
            double cos = (one.Cos * Math.Cos(tilt)) - (one.Sin * Math.Sin(tilt)),
                sin = (one.Sin * Math.Cos(tilt)) + (one.Cos * Math.Sin(tilt));
            scene.Fill(one with { Cos = cos, Sin = sin }, grey + (float)random.NextDouble(-15, 15), (float)random.NextDouble(0.7, 1));
        }
    }

    /// <summary>Fingers of the face's own brightness in front of its lower half or its side.</summary>
    public static void DrawFingers(Canvas scene, in FacePose face, ref RandomStream random)
    {
        float grey = scene.Mean(face.X, face.Y, 0.5 * face.Side) + (float)random.NextDouble(-25, 35);
        double angle = random.NextDouble(-1.4, 1.4), thickness = random.NextDouble(0.05, 0.09), length = random.NextDouble(0.2, 0.35);
        double x = random.NextDouble(-0.4, 0.4), y = random.NextDouble(0.12, 0.45);
        int fingers = 2 + random.NextInt32(3);
        double cos = (face.Cos * Math.Cos(angle)) - (face.Sin * Math.Sin(angle)),
            sin = (face.Sin * Math.Cos(angle)) + (face.Cos * Math.Sin(angle));
        for (int i = 0; i < fingers; i++)
        {
            double along = (i - ((fingers - 1) / 2.0)) * 1.9 * thickness;
            Mask finger = face.Oval(x + (along * Math.Cos(angle)), y + (along * Math.Sin(angle)), thickness, length, 0.35) with
            {
                Cos = cos,
                Sin = sin,
            };
            scene.Fill(finger, grey - 35, 0.9f);
            scene.Fill(finger with { RadiusX = finger.RadiusX * 0.8 }, grey, 1);
        }
    }
}
