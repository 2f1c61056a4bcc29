using System.Collections.Immutable;
using System.Globalization;
using System.Numerics.Tensors;
using MicroExpNet.Training.Losses;

namespace MicroExpNet.Training.Evaluation;

/// <summary>How well a model recognises the classes of a data set.</summary>
public sealed class EvaluationResult
{
    /// <summary>Number of bins of the reliability diagram and of the calibration error.</summary>
    public const int Bins = 15;

    /// <summary>Number of faces.</summary>
    public required int Samples { get; init; }

    /// <summary>The share of the faces predicted correctly, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The mean recall over the classes that have faces, 0 to 1.</summary>
    public required double MeanRecall { get; init; }

    /// <summary>The mean F1 score over the classes that have faces, 0 to 1.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Expected calibration error over <see cref="Bins"/> equal ranges of the highest probability, 0 to 1 (Guo et al.,
    /// 2017).</summary>
    public required double ExpectedCalibrationError { get; init; }

    /// <summary>The mean cross-entropy with the labels, in nats.</summary>
    public required double CrossEntropy { get; init; }

    /// <summary>The metrics of each class.</summary>
    public required ImmutableArray<ClassMetrics> PerClass { get; init; }

    /// <summary>The confusion matrix: number of faces of a class (row) predicted as a class (column).</summary>
    public required ImmutableArray<ImmutableArray<int>> Confusion { get; init; }

    /// <summary>The bins of the calibration error.</summary>
    public required ImmutableArray<ReliabilityBin> Reliability { get; init; }

    /// <summary>Evaluates predictions.</summary>
    /// <param name="predictions">The predictions.</param>
    /// <exception cref="ArgumentException">A face's label is none of the predictions' classes.</exception>
    internal static EvaluationResult From(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        predictions.RequireLabels();
        int classes = predictions.Classes.Length;
        int[][] confusion = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        int[] count = new int[Bins], right = new int[Bins];
        double[] confidence = new double[Bins];
        Span<double> probabilities = classes <= ClassProbabilities.MaxOnStack ? stackalloc double[classes] : new double[classes];
        for (int face = 0; face < predictions.Count; face++)
        {
            predictions.Probabilities(face, probabilities);
            int best = TensorPrimitives.IndexOfMax<double>(probabilities);
            int label = predictions.Labels[face], bin = Math.Min((int)(probabilities[best] * Bins), Bins - 1);
            confusion[label][best]++;
            count[bin]++;
            confidence[bin] += probabilities[best];
            if (best == label) right[bin]++;
        }

        ReliabilityBin[] reliability =
        [
            .. Enumerable.Range(0, Bins).Select(i => new ReliabilityBin(
                count[i], confidence[i] / Math.Max(1, count[i]), right[i] / (double)Math.Max(1, count[i]))),
        ];
        ClassMetrics[] scores = [.. Enumerable.Range(0, classes).Select(label => Score(predictions.Classes[label], label, confusion))];
        ClassMetrics[] present = [.. scores.Where(score => score.Samples > 0)];
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

    /// <summary>The result in a line, as a model's card says it.</summary>
    /// <param name="data">The data set's name or path.</param>
    internal string Describe(string data) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path.GetFileName(data)}: accuracy {Accuracy:0.0%}, mean recall {MeanRecall:0.0%}, {Samples} faces");

    private static ClassMetrics Score(string name, int label, int[][] confusion)
    {
        int samples = confusion[label].Sum(), predicted = confusion.Sum(row => row[label]), right = confusion[label][label];
        double precision = predicted == 0 ? 0 : (double)right / predicted, recall = samples == 0 ? 0 : (double)right / samples;
        return new ClassMetrics(name, samples, precision, recall, samples + predicted == 0 ? 0 : 2.0 * right / (samples + predicted));
    }
}
