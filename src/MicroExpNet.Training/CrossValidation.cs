using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Teachers;

namespace MicroExpNet.Training;

/// <summary>Cross-validation: each fold is evaluated by a network trained on all the others, so every face is evaluated once.</summary>
public sealed class CrossValidation
{
    private readonly TrainingOptions _options;
    private readonly Architecture _architecture;
    private readonly FaceDataSet _data;
    private readonly int _folds;

    /// <summary>Prepares a cross-validation.</summary>
    /// <param name="options">How to train.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="data">The faces. Folds are the data set's own, else by subject, else stratified by class.</param>
    /// <param name="folds">Number of folds, 2 or more.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the data set's parts do not fit together, or it cannot be cut
    /// into so many folds.</exception>
    public CrossValidation(TrainingOptions options, Architecture architecture, FaceDataSet data, int folds)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(architecture);
        data.RequireConsistent();
        options.Check(data.Labels.Length);
        DataSplit.Folds(data, folds, options.Seed);
        (_options, _architecture, _data, _folds) = (options, architecture, data, folds);
    }

    /// <summary>A teacher's logits by the faces' names; null without a teacher.</summary>
    public TeacherLogits? Teacher { get; init; }

    /// <summary>
    /// Trains and evaluates each fold in turn. The last epoch counts: to choose an epoch by the fold it is evaluated on would flatter.
    /// </summary>
    /// <param name="progress">Receives a report after every epoch and a few times a second.</param>
    /// <param name="cancellationToken">Stops the fold in progress.</param>
    /// <exception cref="ArgumentException">The network and the faces do not fit together, or a fold leaves faces of one class
    /// alone.</exception>
    /// <exception cref="TrainingDivergedException">The loss or the weights are not numbers, or the loss has grown out of all
    /// proportion.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IEnumerable<FoldResult> Run(IProgress<FoldProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        for (int fold = 1; fold <= _folds; fold++)
        {
            DataSplit split = DataSplit.Fold(_data, fold, _folds, _options.Seed);
            Trainer trainer = new(_options, _architecture, split.Training)
            {
                Validation = split.Validation,
                KeepsBest = false,
                TeacherLogits = Teacher?.For(split.Training) ?? ImmutableArray<float[]>.Empty,
            };
            TrainingResult result = trainer.Run(progress is null ? null : new FoldReporter(fold, progress), cancellationToken);
            yield return new FoldResult(fold, split.Training.Samples.Length, result.Validation!);
        }
    }

    /// <summary>Finds faces whose picture is in another fold, too: equal pixels, or the mirror image's.</summary>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Each such face with the first face it equals, in the order of the data.</returns>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    internal IReadOnlyList<(FaceSample First, FaceSample Other)> FindDuplicates(CancellationToken cancellationToken)
    {
        int[] folds = DataSplit.Folds(_data, _folds, _options.Seed);
        Dictionary<UInt128, int> known = [];
        List<(FaceSample, FaceSample)> duplicates = [];
        for (int i = 0; i < folds.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            UInt128 fingerprint = PixelFingerprint.Of(_data.Samples[i].Image);
            if (known.TryAdd(fingerprint, i)) continue;
            int first = known[fingerprint];
            if (folds[first] != folds[i]) duplicates.Add((_data.Samples[first], _data.Samples[i]));
        }

        return duplicates;
    }

    private sealed class FoldReporter(int fold, IProgress<FoldProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new FoldProgress(fold, value));
    }
}
