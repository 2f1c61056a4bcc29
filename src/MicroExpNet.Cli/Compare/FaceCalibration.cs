namespace MicroExpNet.Cli.Compare;

/// <summary>How often labelled faces are recognised rightly, and how far their probabilities are from that.</summary>
/// <param name="Faces">Faces with a label.</param>
/// <param name="Right">How many are recognised as what they are.</param>
/// <param name="Error">
/// The expected calibration error over 15 equal ranges of probability, 0 to 1 (Guo et al., 2017); null where no probability is known.
/// </param>
internal sealed record FaceCalibration(int Faces, int Right, double? Error)
{
    private const int Ranges = 15;

    /// <summary>Counts the faces that have a label.</summary>
    /// <param name="faces">The faces.</param>
    /// <returns>Null where none has one.</returns>
    public static FaceCalibration? Of(IReadOnlyList<ComparedFace> faces)
    {
        ComparedFace[] labelled = [.. faces.Where(face => face.Label is not null)];
        if (labelled.Length == 0) return null;
        int right = labelled.Count(IsRight);
        if (labelled.Any(face => face.Probability is null)) return new FaceCalibration(labelled.Length, right, null);
        double error = labelled.GroupBy(face => Math.Min((int)(face.Probability!.Value * Ranges), Ranges - 1))
            .Sum(range => Math.Abs(range.Count(IsRight) - range.Sum(face => face.Probability!.Value)));
        return new FaceCalibration(labelled.Length, right, error / labelled.Length);
    }

    private static bool IsRight(ComparedFace face) => face.Label == face.Expression;
}
