using MicroExpNet.Vision;

namespace MicroExpNet.Web;

/// <summary>
/// A face as numbers, for JavaScript: track, box (x, y, width, height), detector's score, eyes (left x, y, right x, y; NaN where unknown),
/// then the eight probabilities.
/// </summary>
internal static class FaceRecord
{
    /// <summary>Numbers a face.</summary>
    public const int Length = 10 + ExpressionScores.Count;

    /// <summary>Writes a face.</summary>
    /// <param name="face">The face.</param>
    /// <param name="track">The number of its track.</param>
    /// <param name="record">Receives <see cref="Length"/> numbers.</param>
    public static void Write(in TrackedFace face, int track, Span<double> record)
    {
        FaceBox box = face.Box;
        record[0] = track;
        record[1] = box.X;
        record[2] = box.Y;
        record[3] = box.Width;
        record[4] = box.Height;
        record[5] = face.Face.Score;
        record[6] = face.Face.Eyes?.LeftX ?? double.NaN;
        record[7] = face.Face.Eyes?.LeftY ?? double.NaN;
        record[8] = face.Face.Eyes?.RightX ?? double.NaN;
        record[9] = face.Face.Eyes?.RightY ?? double.NaN;
        Span<float> probabilities = stackalloc float[ExpressionScores.Count];
        face.Scores.CopyTo(probabilities);
        for (int i = 0; i < probabilities.Length; i++) record[10 + i] = probabilities[i];
    }
}
