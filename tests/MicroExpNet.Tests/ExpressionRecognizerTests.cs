using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests;

public class ExpressionRecognizerTests
{
    [Fact]
    public void Labels_may_be_fewer_in_another_order_and_by_other_names()
    {
        Model model = RandomModels.Fill(OriginalArchitectures.Candidate("p12", 16, 20, 20, ["Surprised", "happiness", "NEUTRAL"]), 1);
        byte[] crop = new byte[400];
        new Random(1).NextBytes(crop);
        float[] logits = new float[3];
        new Network(model).Run(crop, 1, logits);
        ExpressionScores scores = new ExpressionRecognizer(model).Recognize(crop, 20, 20, 20);
        double sum = logits.Sum(logit => Math.Exp(logit - logits.Max()));
        Assert.Equal(Math.Exp(logits[0] - logits.Max()) / sum, scores[Expression.Surprise], 1e-5);
        Assert.Equal(Math.Exp(logits[1] - logits.Max()) / sum, scores[Expression.Happy], 1e-5);
        Assert.Equal(Math.Exp(logits[2] - logits.Max()) / sum, scores[Expression.Neutral], 1e-5);
        Assert.Equal(0, scores[Expression.Anger]);
    }

    [Fact]
    public void A_model_of_something_else_is_refused_by_its_label()
    {
        Model model = RandomModels.Fill(OriginalArchitectures.MicroExpNet(labels: ["cat", "dog"]), 1);
        Assert.Contains("its label 'cat' is no expression", Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(model)).Message, StringComparison.Ordinal);
        Model twice = RandomModels.Fill(OriginalArchitectures.MicroExpNet(labels: ["happy", "joy"]), 1);
        Assert.Contains("'happy' and 'joy' name the same expression", Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(twice)).Message, StringComparison.Ordinal);
        Model colour = RandomModels.Fill(new ArchitectureBuilder("colour", new TensorShape(8, 8, 3)).Flatten("f").FullyConnected("y", 1).Build(["happy"]), 1);
        Assert.Contains("reads 8×8×3", Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(colour)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_ends_in_a_softmax_is_not_normalised_twice()
    {
        Architecture plain = new ArchitectureBuilder("plain", new TensorShape(8, 8, 1)).Flatten("f").FullyConnected("y", 2).Build(["happy", "sad"]);
        Model logits = RandomModels.Fill(plain, 1, new ModelCard { PixelScale = 0.01f });
        Architecture normalised = new("softmax", plain.Input, [.. plain.Layers, new Softmax("p", 1, TensorShape.Vector(2))], plain.Labels);
        Model probabilities = new(normalised, [.. logits.Parameters, null], logits.Card);
        byte[] crop = new byte[64];
        new Random(1).NextBytes(crop);
        ExpressionScores expected = new ExpressionRecognizer(logits).Recognize(crop, 8, 8, 8);
        ExpressionScores actual = new ExpressionRecognizer(probabilities).Recognize(crop, 8, 8, 8);
        Assert.Equal(expected[Expression.Happy], actual[Expression.Happy], 1e-6f);
        Assert.Equal(expected[Expression.Sadness], actual[Expression.Sadness], 1e-6f);
    }

    [Fact]
    public void Logits_of_any_size_give_probabilities_that_sum_to_one()
    {
        Architecture plain = new ArchitectureBuilder("plain", new TensorShape(8, 8, 1)).Flatten("f").FullyConnected("y", 2).Build(["happy", "sad"]);
        Model model = RandomModels.Fill(plain, 1, new ModelCard { PixelScale = 1e4f });
        ExpressionScores scores = new ExpressionRecognizer(model).Recognize([.. Enumerable.Repeat((byte)255, 64)], 8, 8, 8);
        Assert.Equal(1, scores[Expression.Happy] + scores[Expression.Sadness], 1e-5f);
    }

    [Fact]
    public void Scores_tell_the_top_and_refuse_what_is_no_expression()
    {
        ExpressionScores scores = new([0.1f, 0, 0, 0, 0, 0.6f, 0.3f, 0]);
        Assert.Equal(Expression.Happy, scores.Top);
        Assert.Equal(0.6f, scores.TopProbability);
        Assert.Equal("Happy 60.0%", scores.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => scores[(Expression)8]);
        Assert.Throws<ArgumentException>(() => new ExpressionScores([1, 0]));
        Assert.Equal(Expression.Neutral, new ExpressionScores(new float[8]).Top);
    }
}
