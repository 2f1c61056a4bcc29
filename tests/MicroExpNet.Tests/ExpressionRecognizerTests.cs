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
        Assert.Contains(
            "its label 'cat' is no expression", Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(model)).Message,
            StringComparison.Ordinal);
        Model twice = RandomModels.Fill(OriginalArchitectures.MicroExpNet(labels: ["happy", "joy"]), 1);
        Assert.Contains(
            "'happy' and 'joy' name the same expression",
            Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(twice)).Message, StringComparison.Ordinal);
        Model colour = RandomModels.Fill(
            new ArchitectureBuilder("colour", new TensorShape(8, 8, 3)).Flatten("f").FullyConnected("y", 1).Build(["happy"]), 1);
        Assert.Contains(
            "its card says grey, its network reads 3 channels",
            Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(colour)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_finite_weights_that_overflow_is_refused()
    {
        Architecture architecture = new ArchitectureBuilder("huge", new TensorShape(8, 8, 1))
            .Flatten("f").FullyConnected("a", 4).FullyConnected("y", 2).Build(["happy", "sad"]);
        Model model = RandomModels.Fill(architecture, 1);
        Model huge = new(
            architecture,
            [.. model.Parameters.Select(own => own is null ? null : new LayerParameters([.. own.Weights.Select(_ => 1e30f)], own.Biases))],
            model.Card);
        Assert.Equal(
            "model 'huge' gives values that are not finite numbers; its weights are too large",
            Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(huge)).Message);
    }

    [Fact]
    public void A_model_that_ends_in_a_softmax_is_not_normalised_twice()
    {
        Architecture plain = new ArchitectureBuilder(
            "plain", new TensorShape(8, 8, 1)).Flatten("f").FullyConnected("y", 2).Build(["happy", "sad"]);
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
        Architecture plain = new ArchitectureBuilder(
            "plain", new TensorShape(8, 8, 1)).Flatten("f").FullyConnected("y", 2).Build(["happy", "sad"]);
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

    [Theory]
    [InlineData(PixelFormat.Rgb24)]
    [InlineData(PixelFormat.Bgr24)]
    public void A_model_of_colours_reads_them_in_the_order_of_its_card(PixelFormat order)
    {
        Architecture architecture = new ArchitectureBuilder("colour", new TensorShape(20, 20, 3))
            .Convolution("c", 3, 2, 5).Flatten("f").FullyConnected("y", 3).Build(["happy", "fear", "anger"]);
        Model model = RandomModels.Fill(architecture, 2, new ModelCard { InputFormat = order, PixelScale = 1 / 255f });
        ExpressionRecognizer recognizer = new(Model.Load(new MemoryStream(OnnxRuntime.ToBytes(model))));
        Assert.Equal(order, recognizer.Card.InputFormat);
        byte[] rgb = new byte[1200];
        new Random(1).NextBytes(rgb);
        byte[] bgr = [.. Enumerable.Range(0, 1200).Select(i => rgb[i - (i % 3) + 2 - (i % 3)])];
        byte[] rgba = [.. Enumerable.Range(0, 1600).Select(i => i % 4 == 3 ? (byte)9 : rgb[(i / 4 * 3) + (i % 4)])];
        float[] logits = new float[3];
        new Network(model).Run(order == PixelFormat.Rgb24 ? rgb : bgr, 1, logits);
        double happy = Math.Exp(logits[0]) / logits.Sum(logit => Math.Exp(logit));
        Assert.Equal(happy, recognizer.Recognize(new ImageView(rgb, 20, 20, PixelFormat.Rgb24))[Expression.Happy], 1e-5);
        Assert.Equal(happy, recognizer.Recognize(new ImageView(bgr, 20, 20, PixelFormat.Bgr24))[Expression.Happy], 1e-5);
        Assert.Equal(happy, recognizer.Recognize(new ImageView(rgba, 20, 20, PixelFormat.Rgba32))[Expression.Happy], 1e-5);

        // Every pixel four times: resizing gives the same colours again.
        byte[] large = [.. Enumerable.Range(0, 4800).Select(i => rgb[(i / 3 / 40 / 2 * 60) + (i / 3 % 40 / 2 * 3) + (i % 3)])];
        Assert.Equal(happy, recognizer.Recognize(new ImageView(large, 40, 40, PixelFormat.Rgb24))[Expression.Happy], 1e-5);

        // Grey is all three.
        byte[] gray = rgb[..400];
        new Network(model).Run([.. gray.SelectMany(value => Enumerable.Repeat(value, 3))], 1, logits);
        happy = Math.Exp(logits[0]) / logits.Sum(logit => Math.Exp(logit));
        Assert.Equal(happy, recognizer.Recognize(gray, 20, 20, 20)[Expression.Happy], 1e-5);
    }

    [Theory]
    [InlineData(3e38f, 1f)]
    [InlineData(3e38f, 3e38f)]
    [InlineData(-3e38f, 3e38f)]
    public void Finite_weights_that_overflow_give_no_scores(float first, float second)
    {
        Architecture architecture = new ArchitectureBuilder("huge", new TensorShape(8, 8, 1))
            .Flatten("f").FullyConnected("a", 4).FullyConnected("b", 2).Build(["happy", "fear"]);
        LayerParameters?[] parameters =
            [null, new LayerParameters([.. Enumerable.Repeat(first, 256)], new float[4]),
                new LayerParameters([.. Enumerable.Repeat(second, 8)], new float[2])];
        Model model = new(architecture, parameters, new ModelCard());
        byte[] face = [.. Enumerable.Repeat((byte)200, 64)];
        string message = Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(model).Recognize(face, 8, 8, 8)).Message;
        Assert.Contains("model 'huge' gives", message, StringComparison.Ordinal);
    }
}
