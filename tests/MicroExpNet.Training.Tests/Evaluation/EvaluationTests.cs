using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.Charts;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;

namespace MicroExpNet.Training.Tests.Evaluation;

public sealed class EvaluationTests
{
    // Six faces of two classes worked out by hand: called a, a, b for three of a; b, b, a for three of b.
    private static readonly Predictions Six = new(
        ["a", "b", "none"], [0, 0, 0, 1, 1, 1],
            [.. Rows(0.9, 0.6, 0.3, 0.1, 0.2, 0.8).SelectMany(p => new[] { (float)Math.Log(p), (float)Math.Log(1 - p), -100f })]);

    [Fact]
    public void Scores_are_those_worked_out_by_hand()
    {
        EvaluationResult result = EvaluationResult.From(Six);
        Assert.Equal(4.0 / 6, result.Accuracy, 1e-9);
        Assert.Equal(2.0 / 3, result.MeanRecall, 1e-9);
        Assert.Equal(2.0 / 3, result.MacroF1, 1e-9);
        Assert.Equal([2, 1, 0], result.Confusion[0]);
        Assert.Equal([1, 2, 0], result.Confusion[1]);

        // Confidences .9 .6 .7 .9 .8 .8, right yes yes no yes yes no, in fifteenths 13, 9, 10, 13, 12, 12.
        double expected = ((2 * Math.Abs(1 - 0.9)) + Math.Abs(1 - 0.6) + Math.Abs(0 - 0.7) + (2 * Math.Abs(0.5 - 0.8))) / 6;
        Assert.Equal(expected, result.ExpectedCalibrationError, 1e-6);
        Assert.Equal(-new[] { 0.9, 0.6, 0.3, 0.9, 0.8, 0.2 }.Average(Math.Log), result.CrossEntropy, 1e-6);
    }

    [Fact]
    public void A_prior_that_is_missing_is_refused_by_name()
    {
        FaceDataSet data = Shapes.Create(3);
        Model model = new Trainer(new TrainingOptions { Epochs = 1 }, OriginalArchitectures.MicroExpNet(24, 24, data.Labels), data)
            .Run(null, TestContext.Current.CancellationToken).Model;
        ModelEvaluation evaluation = new(model, data);
        Assert.Equal("prior", Assert.Throws<ArgumentNullException>(() => evaluation.Evaluate(null!)).ParamName);
        Assert.Equal("prior", Assert.Throws<ArgumentNullException>(() => evaluation.EvaluateGroups(null!)).ParamName);
        Assert.Equal("prior", Assert.Throws<ArgumentNullException>(() => { evaluation.EvaluateDegraded(null!); }).ParamName);
        Assert.Equal("prior", Assert.Throws<ArgumentNullException>(() => { evaluation.EvaluateShifted(null!); }).ParamName);
        Assert.Equal("faces", Assert.Throws<ArgumentNullException>(() => GroupResult.Count(null!)).ParamName);
    }

    [Fact]
    public void An_answer_outside_the_faces_classes_is_wrong()
    {
        Predictions model = new(["happy", "sad", "calm"], [0, 1, 1], [2, 1, 0, 1, 2, 3, 1, 3, 2]);
        Predictions over = model.Over(["cross", "happiness"]);
        Assert.Equal(["cross", "happiness", "sad", "calm"], over.Classes);
        EvaluationResult result = EvaluationResult.From(over);
        Assert.Equal([0, 1, 0, 0], result.Confusion[0]);
        Assert.Equal([0, 0, 1, 1], result.Confusion[1]);
        Assert.Equal(0, result.Accuracy);
        Assert.Same(model, model.Over(["happy", "sad", "calm"]));
        Assert.Throws<ArgumentException>(() => model.Over(["cross", "bored"]));
    }

    [Fact]
    public void Values_that_are_not_numbers_are_never_a_result()
    {
        Assert.Throws<ArgumentException>(() => new Predictions(["a", "b"], [0, 1], [1, 2, float.NaN, 0]));
        Assert.Throws<ArgumentException>(() => new Predictions(["a", "b"], [0, 1], [1, 2, float.PositiveInfinity, 0]));
        Assert.Throws<ArgumentException>(() => new Predictions(["a", "b"], [0, 2], [1, 2, 3, 4]));
        Assert.Throws<ArgumentException>(() => new Predictions(["a", "b"], [0, 1], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => new Predictions(default, [], []));
        Assert.Throws<ArgumentNullException>(() => new Predictions(["a", "b"], null!, []));
        Assert.Throws<ArgumentNullException>(() => new Predictions(["a", "b"], [], null!));

        // A model of finite weights whose outputs overflow.
        FaceDataSet data = Shapes.Create(6);
        Model model = new Trainer(new TrainingOptions { Epochs = 1 }, OriginalArchitectures.MicroExpNet(24, 24, data.Labels), data)
            .Run(null, TestContext.Current.CancellationToken).Model;
        IEnumerable<LayerParameters?> huge = model.Parameters.Select(
            layer => layer is null
                ? null
                : new LayerParameters([.. layer.Weights.Select(weight => weight < 0 ? -1e30f : 1e30f)], layer.Biases));
        Model overflowing = new(model.Architecture, huge, model.Card);
        Assert.Contains(
            "of 6 faces are not numbers", Assert.Throws<ModelFormatException>(() => new ModelEvaluation(overflowing, data)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_temperature_has_the_least_cross_entropy()
    {
        double best = Six.BestTemperature(), least = Six.CrossEntropy(best);
        for (double temperature = 0.1; temperature < 10; temperature *= 1.1) Assert.True(Six.CrossEntropy(temperature) >= least - 1e-9);
        Assert.Equal(least, Six.Divided(best).CrossEntropy(), 1e-5);
    }

    [Fact]
    public void A_prior_reweighs_by_Bayes_rule()
    {
        double[] shifts = ClassPrior.Of([new("a", 1), new("b", 3)]).LogitShifts(["a", "b"], [0.8f, 0.2f]);
        double a = 0.6 * 0.25 / 0.8, b = 0.4 * 0.75 / 0.2;
        double p = 0.6 * Math.Exp(shifts[0]) / ((0.6 * Math.Exp(shifts[0])) + (0.4 * Math.Exp(shifts[1])));
        Assert.Equal(a / (a + b), p, 1e-6);
        Assert.Equal(0, ClassPrior.Natural.LogitShifts(["a"], []).Single());
        Assert.Throws<ModelFormatException>(() => ClassPrior.Uniform.LogitShifts(["a", "b"], []));
        Assert.Throws<ModelFormatException>(() => ClassPrior.Of([new("c", 1)]).LogitShifts(["a", "b"], [0.5f, 0.5f]));
    }

    [Fact]
    public void Charts_are_pictures()
    {
        EvaluationResult result = EvaluationResult.From(Six);
        EpochRecord[] epochs = [new(1, 0.1, 2, 0.3, double.NaN, double.NaN, double.NaN), new(2, 0.1, 1, 0.6, 1.5, 0.5, 0.4)];
        byte[][] pictures = [
            ConfusionChart.Draw(result, "t"), ReliabilityChart.Draw(result, "t"), LearningCurve.Draw(epochs),
            LineChart.Draw("t", "x", "y", [("line", [(1, 0.5), (2, 0.6)])])];
        Assert.All(pictures, picture => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture[..4]));
    }

    private static double[] Rows(params double[] shares) => shares;
}
