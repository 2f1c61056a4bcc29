using System.Text.Json;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Tests.Detection;

namespace MicroExpNet.Tests;

public sealed class FaceClassifierTests
{
    [Fact]
    public void Classes_of_ones_own_are_recognised_by_name()
    {
        FaceClassifier classifier = new(Model("bored", "focused", "tired"));
        byte[] face = Face(30);
        ClassScores scores = classifier.Classify(face, 1).Single();
        float[] logits = new float[3];
        classifier.Network.Run(face, 1, logits);
        double sum = logits.Sum(logit => Math.Exp(logit));
        Assert.Equal(["bored", "focused", "tired"], scores.Labels);
        for (int i = 0; i < 3; i++) Assert.Equal(Math.Exp(logits[i]) / sum, scores[scores.Labels[i]], 1e-5);
        Assert.Equal(scores.Labels[Array.IndexOf(logits, logits.Max())], scores.Top);
        Assert.Equal(scores.Probabilities.ToArray().Max(), scores.TopProbability);
        Assert.StartsWith(scores.Top, $"{scores}", StringComparison.Ordinal);
        Assert.Equal(scores.Probabilities.ToArray(), classifier.Classify(new ImageView(face, 24, 24, 24)).Probabilities.ToArray());
        Assert.Contains("bored, focused, tired", Assert.Throws<ArgumentException>(() => scores["happy"]).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => classifier.Classify(new byte[7], 1));
        Assert.Throws<ModelFormatException>(() => new ExpressionRecognizer(Model("bored", "focused", "tired")));
    }

    [Fact]
    public void Expressions_are_the_eight_in_their_order_whatever_the_models()
    {
        Model model = Model("sad", "joy", "angry");
        FaceClassifier classifier = new(model);
        Assert.Equal(ExpressionScores.Names, classifier.Labels);
        ExpressionScores expected = new ExpressionRecognizer(model).Recognize(Face(3), 24, 24, 24);
        ClassScores scores = classifier.Classify(Face(3), 1).Single();
        foreach ((Expression expression, float probability) in expected)
        {
            Assert.Equal(probability, scores[ExpressionScores.NameOf(expression)]);
        }
        Assert.Equal(0, scores["fear"]);
        Assert.Equal(["sad", "puzzled", "angry"], new FaceClassifier(Model("sad", "puzzled", "angry")).Labels);
    }

    [Fact]
    public void Scores_are_json_by_name_and_read_back()
    {
        const string json = """{"bored":0.75,"focused":0.25}""";
        Assert.Equal(json, JsonSerializer.Serialize(new ClassScores(["bored", "focused"], [0.75f, 0.25f])));
        ClassScores read = JsonSerializer.Deserialize<ClassScores>(json)!;
        Assert.Equal(["bored", "focused"], read.Labels);
        Assert.Equal(0.25f, read["focused"]);
        foreach (string other in new[] { "{}", "[]", """{"bored":"0.5"}""" })
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ClassScores>(other));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Numbers_of_a_card_that_are_none_are_refused(float number)
    {
        Model model = Model("a", "b", "c");
        foreach (ModelCard card in new[]
        {
            model.Card with { PixelScale = number }, model.Card with { PixelOffset = number }, model.Card with { Leveling = number },
        })
        {
            Assert.Throws<ModelFormatException>(() => new FaceClassifier(model.WithCard(card)));
            Assert.Throws<ModelFormatException>(() => new FaceDetector(SquareDetector.Model.WithCard(card)));
        }
    }

    [Fact]
    public void A_crop_that_is_not_within_the_face_is_refused()
    {
        Model model = Model("a", "b", "c");
        model = model.WithCard(model.Card with { FaceCrop = new FaceCrop(10, 10, 5, 5, 10, 10) });
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => new FaceClassifier(model));
        Assert.Contains("expected a window inside a face of 1 to 4096 pixels", e.Message, StringComparison.Ordinal);
        Assert.Throws<ModelFormatException>(() => model.Save(new MemoryStream()));
    }

    [Fact]
    public void Scores_that_do_not_fit_their_labels_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ClassScores(["a", "b"], [1]));
        Assert.Throws<ArgumentException>(() => new ClassScores([], []));
        Assert.Throws<ArgumentException>(() => new ClassScores(default, []));
        Assert.Equal("b", new ClassScores(["a", "b", "c"], [0.2f, 0.4f, 0.4f]).Top);
    }

    private static byte[] Face(int seed)
    {
        byte[] face = new byte[24 * 24];
        new Random(seed).NextBytes(face);
        return face;
    }

    private static Model Model(params string[] labels)
    {
        Architecture architecture = OriginalArchitectures.MicroExpNet(24, 24, labels);
        Random random = new(7);
        IEnumerable<LayerParameters?> parameters = architecture.Layers.Select(layer => layer.WeightCount == 0
            ? null
            : new LayerParameters(
                [.. Enumerable.Range(0, (int)layer.WeightCount).Select(_ => (random.NextSingle() - 0.5f) / 40)],
                    new float[layer.BiasCount]));
        return new Model(architecture, parameters, new ModelCard { PixelScale = 1 / 64f });
    }
}
