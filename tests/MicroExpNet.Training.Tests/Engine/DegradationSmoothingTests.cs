using MicroExpNet.Architectures;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Engine;

namespace MicroExpNet.Training.Tests.Engine;

public sealed class DegradationSmoothingTests
{
    // Cross-entropy is linear in what it is taken with.
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(0.4, false)]
    [InlineData(0.4, true)]
    public void The_loss_of_degraded_faces_goes_from_that_of_their_targets_to_that_of_even_ones(double mixup, bool hasTeacher)
    {
        double none = Loss(1, 0, mixup, hasTeacher), all = Loss(1, 1, mixup, hasTeacher);
        Assert.NotEqual(none, all, 1e-3);
        Assert.Equal((0.7 * none) + (0.3 * all), Loss(1, 0.3, mixup, hasTeacher), 1e-5);
    }

    [Fact]
    public void Smoothed_away_neither_label_nor_teacher_counts()
    {
        Assert.NotEqual(Loss(1, 0, 0, hasTeacher: true, label: 1), Loss(1, 0, 0, hasTeacher: true, label: 2), 1e-3);
        Assert.Equal(Loss(1, 1, 0, hasTeacher: true, label: 1), Loss(1, 1, 0, hasTeacher: true, label: 2), 1e-6);
    }

    [Fact]
    public void Faces_that_are_not_degraded_keep_their_targets()
    {
        Assert.Equal(Loss(0, 0, 0, hasTeacher: true), Loss(0, 1, 0, hasTeacher: true), 1e-9);
        Assert.NotEqual(Loss(0.5, 0, 0, hasTeacher: true), Loss(0.5, 1, 0, hasTeacher: true), 1e-3);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_share_out_of_its_range_is_refused(double share)
    {
        FaceDataSet data = Shapes.Create(48);
        TrainingOptions options = new() { Augmentation = AugmentationOptions.None with { DegradationSmoothing = share } };
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => new Trainer(options, OriginalArchitectures.MicroExpNet(24, 24, data.Labels), data));
        Assert.Contains("the smoothing of degraded faces", e.Message, StringComparison.Ordinal);
    }

    // Of the first step, with weights of which none is 0.
    private static double Loss(double degradation, double smoothing, double mixup, bool hasTeacher, int? label = null)
    {
        FaceDataSet data = Shapes.Create(48);
        if (label is { } all) data = data with { Samples = [.. data.Samples.Select(sample => sample with { Label = all })] };
        TrainingOptions options = new()
        {
            BatchSize = 24,
            Threads = 1,
            Temperature = 3,
            Lambda = 0.6,
            Augmentation = AugmentationOptions.None with
            {
                Degradation = degradation,
                DegradationSmoothing = smoothing,
                Mixup = mixup,
            },
        };
        float[][] teacher = hasTeacher ? [.. data.Samples.Select(sample => Logits(sample.Label))] : [];
        using TrainingEngine engine = new(options, OriginalArchitectures.MicroExpNet(24, 24, data.Labels), data, [.. teacher]);
        Random random = new(5);
        foreach (ref float weight in engine.Parameters.Span) weight = (random.NextSingle() - 0.5f) / 4;
        return engine.Step(1e-3).Loss;
    }

    private static float[] Logits(int label)
    {
        float[] logits = [0.5f, -1, 0.2f];
        logits[label] += 4;
        return logits;
    }
}
