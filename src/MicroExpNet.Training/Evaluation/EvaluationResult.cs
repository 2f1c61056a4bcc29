using System.Collections.Immutable;

namespace MicroExpNet.Training.Evaluation;

/// <summary>How well a model tells the classes of a data set.</summary>
public sealed record EvaluationResult
{
    /// <summary>Bins of the reliability diagram and of the calibration error.</summary>
    public const int Bins = 15;

    /// <summary>Number of faces.</summary>
    public required int Samples { get; init; }

    /// <summary>Share of faces told rightly.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean of the recalls of the classes that have faces.</summary>
    public required double MeanRecall { get; init; }

    /// <summary>Mean of the F1 scores of the classes that have faces.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Expected calibration error over 15 equal ranges of the greatest probability (Guo et al., 2017).</summary>
    public required double ExpectedCalibrationError { get; init; }

    /// <summary>Mean cross-entropy with the labels.</summary>
    public required double CrossEntropy { get; init; }

    /// <summary>Each class.</summary>
    public required ImmutableArray<ClassScores> PerClass { get; init; }

    /// <summary>Faces of a class (row) called a class (column).</summary>
    public required ImmutableArray<ImmutableArray<int>> Confusion { get; init; }

    /// <summary>The ranges of the calibration error.</summary>
    public required ImmutableArray<ReliabilityBin> Reliability { get; init; }

    /// <summary>Judges predictions.</summary>
    public static EvaluationResult From(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        int classes = predictions.Classes.Length;
        int[][] confusion = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        int[] count = new int[Bins], right = new int[Bins];
        double[] confidence = new double[Bins];
        Span<double> probabilities = stackalloc double[classes];
        for (int face = 0; face < predictions.Count; face++)
        {
            predictions.Probabilities(face, probabilities);
            int best = 0;
            for (int i = 1; i < classes; i++)
            {
                if (probabilities[i] > probabilities[best]) best = i;
            }

            int label = predictions.Labels[face], bin = Math.Min((int)(probabilities[best] * Bins), Bins - 1);
            confusion[label][best]++;
            count[bin]++;
            confidence[bin] += probabilities[best];
            if (best == label) right[bin]++;
        }

        ReliabilityBin[] reliability = [.. Enumerable.Range(0, Bins).Select(i => new ReliabilityBin(count[i], confidence[i] / Math.Max(1, count[i]), right[i] / (double)Math.Max(1, count[i])))];
        ClassScores[] scores = [.. Enumerable.Range(0, classes).Select(label => Score(predictions.Classes[label], label, confusion))];
        ClassScores[] present = [.. scores.Where(score => score.Samples > 0)];
        double samples = Math.Max(1, predictions.Count);
        return new EvaluationResult
        {
            Samples = predictions.Count,
            Accuracy = right.Sum() / samples,
            MeanRecall = present.Select(score => score.Recall).DefaultIfEmpty().Average(),
            MacroF1 = present.Select(score => score.F1).DefaultIfEmpty().Average(),
            ExpectedCalibrationError = reliability.Sum(bin => bin.Samples / samples * Math.Abs(bin.Accuracy - bin.Confidence)),
            CrossEntropy = predictions.CrossEntropy(),
            PerClass = [.. scores],
            Confusion = [.. confusion.Select(row => row.ToImmutableArray())],
            Reliability = [.. reliability],
        };
    }

    private static ClassScores Score(string name, int label, int[][] confusion)
    {
        int samples = confusion[label].Sum(), called = confusion.Sum(row => row[label]), right = confusion[label][label];
        return new ClassScores(
            name, samples, called == 0 ? 0 : (double)right / called, samples == 0 ? 0 : (double)right / samples, samples + called == 0 ? 0 : 2.0 * right / (samples + called));
    }
}
