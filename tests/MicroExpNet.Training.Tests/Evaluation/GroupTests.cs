using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training.Tests.Evaluation;

public sealed class GroupTests
{
    // Intervals as R's prop.test(x, n, correct = FALSE) gives them.
    [Theory]
    [InlineData(8, 10, 0.4901625, 0.9433178)]
    [InlineData(0, 10, 0, 0.2775328)]
    [InlineData(10, 10, 0.7224672, 1)]
    [InlineData(81, 263, 0.2552741, 0.3662073)]
    public void The_interval_is_wilsons(int part, int whole, double low, double high)
    {
        WilsonInterval interval = WilsonInterval.Of(part, whole);
        Assert.Equal(low, interval.Low, 1e-4);
        Assert.Equal(high, interval.High, 1e-4);
    }

    [Fact]
    public void An_empty_group_says_nothing_and_impossible_counts_are_refused()
    {
        Assert.Equal(new WilsonInterval(0, 1), WilsonInterval.Of(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(-1, 2));
    }

    [Fact]
    public void Groups_are_counted_and_those_that_fall_behind_are_known()
    {
        (string? Group, bool IsRight)[] faces =
            [("b", true), ("a", true), ("a", false), (null, true), ("", false), ("b", true), ("b", true)];
        IReadOnlyList<GroupResult> groups = GroupResult.Count(faces);
        Assert.Equal([new GroupResult("a", 2, 1), new GroupResult("b", 3, 3), new GroupResult("unknown", 2, 1)], groups);
        Assert.Equal([true, false, true], groups.Select(group => group.FallsBehind(5 / 7.0)));
        Assert.False(new GroupResult("c", 100, 80).FallsBehind(0.85));
    }

    [Fact]
    public void A_model_is_evaluated_by_group_and_on_degraded_faces()
    {
        FaceDataSet data = Shapes.Create(30);
        Model model = new Trainer(new TrainingOptions { Epochs = 3 }, OriginalArchitectures.MicroExpNet(24, 24, data.Labels), data)
            .Run(null, TestContext.Current.CancellationToken).Model;
        data = data with { Samples = [.. data.Samples.Select((sample, i) => sample with { Group = i % 2 == 0 ? "even" : "odd" })] };
        ModelEvaluation evaluation = new(model, data);
        IReadOnlyList<GroupResult> groups = evaluation.EvaluateGroups(ClassPrior.Natural);
        Assert.Equal([("even", 15), ("odd", 15)], groups.Select(group => (group.Group, group.Faces)));
        Assert.Equal(evaluation.Evaluate(ClassPrior.Natural).Accuracy, groups.Sum(group => group.Right) / 30.0, 1e-9);
        Assert.Equal(
            ["noise of 15", "blurred by 2 pixels", "an eighth of the light", "16 pixels", "lower part covered"],
            evaluation.EvaluateDegraded(ClassPrior.Natural).Select(one => one.Change));
    }

    [Fact]
    public void The_mean_over_mirror_images_is_evaluated_where_the_card_asks_for_it()
    {
        FaceDataSet data = Shapes.Create(12);
        Model model = new Trainer(new TrainingOptions { Epochs = 1 }, OriginalArchitectures.MicroExpNet(24, 24, data.Labels), data)
            .Run(null, TestContext.Current.CancellationToken).Model;
        Model mean = model.WithCard(model.Card with { MirrorMean = true, Leveling = 0.5f });
        PreparedFaces faces = PreparedFaces.Prepare(data, model.Architecture.Input, mean.Card);
        Predictions predictions = Predictions.Run(new Network(mean), faces);
        float[] logits = new float[3];
        new Network(mean).RunFaces(faces.Pixels(4, 1), 1, logits);
        Assert.Equal(logits, predictions.Logits(4).ToArray());
        Assert.NotEqual(Predictions.Run(new Network(model), faces).Logits(4).ToArray(), logits);
    }
}
