namespace MicroExpNet.Vision;

/// <summary>Writes and reads faces and probabilities, bit for bit, so that a video's recognition can go on in another process.</summary>
internal static class FaceState
{
    /// <summary>Writes a face.</summary>
    public static void Write(BinaryWriter writer, in DetectedFace face)
    {
        writer.Write(face.Box.X);
        writer.Write(face.Box.Y);
        writer.Write(face.Box.Width);
        writer.Write(face.Box.Height);
        writer.Write(face.Score);
        writer.Write(face.Eyes.HasValue);
        if (face.Eyes is not { } eyes) return;
        writer.Write(eyes.LeftX);
        writer.Write(eyes.LeftY);
        writer.Write(eyes.RightX);
        writer.Write(eyes.RightY);
    }

    /// <summary>Writes probabilities.</summary>
    public static void Write(BinaryWriter writer, ReadOnlySpan<float> probabilities)
    {
        writer.Write(probabilities.Length);
        foreach (float probability in probabilities) writer.Write(probability);
    }

    /// <summary>Reads a face.</summary>
    public static DetectedFace ReadFace(BinaryReader reader)
    {
        FaceBox box = new(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        float score = reader.ReadSingle();
        return new DetectedFace(
            box, score,
            reader.ReadBoolean()
                ? new EyePositions(reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle())
                : null);
    }

    /// <summary>Reads probabilities.</summary>
    public static float[] ReadProbabilities(BinaryReader reader)
    {
        float[] probabilities = new float[reader.ReadInt32()];
        foreach (ref float value in probabilities.AsSpan()) value = reader.ReadSingle();
        return probabilities;
    }
}
