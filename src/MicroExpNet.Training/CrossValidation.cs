using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Training;

/// <summary>Cross-validation: each fold is looked at once by a network trained on all the others, every face once.</summary>
/// <param name="settings">How to train.</param>
/// <param name="architecture">The network.</param>
/// <param name="data">The faces; folds as they give them, else by subject, else of every class alike.</param>
/// <param name="folds">How many.</param>
public sealed class CrossValidation(TrainingSettings settings, Architecture architecture, FaceDataSet data, int folds)
{
    /// <summary>A teacher's logits by the faces' names; null without a teacher.</summary>
    public TeacherLogits? Teacher { get; init; }

    /// <summary>Trains and judges each fold in turn. The last epoch counts: choosing one by the fold itself would flatter.</summary>
    /// <param name="progress">Told the fold, counted from 1, and where its run stands.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="ArgumentException">The data can't be cut so.</exception>
    public IEnumerable<FoldResult> Run(Action<int, TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        for (int fold = 1; fold <= folds; fold++)
        {
            int number = fold;
            DataSplit split = DataSplit.Fold(data, fold, folds, settings.Seed);
            TrainingResult result = new Trainer(settings, architecture, split.Training)
            {
                Validation = split.Validation,
                KeepsBest = false,
                TeacherLogits = Teacher?.For(split.Training) ?? ImmutableArray<float[]>.Empty,
            }.Run(one => progress?.Invoke(number, one), cancellation);
            yield return new FoldResult(fold, split.Training.Samples.Length, result.Validation!);
        }
    }
}
