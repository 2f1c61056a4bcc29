using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

public sealed class ClassPriorTests
{
    [Fact]
    public void A_model_that_ends_in_a_log_softmax_takes_a_prior_like_one_that_ends_in_logits()
    {
        ArchitectureBuilder builder = new ArchitectureBuilder("a", new TensorShape(8, 8, 1)).Flatten("f").FullyConnected("y", 3);
        ModelCard card = new() { ClassFrequencies = [0.5f, 0.3f, 0.2f] };
        Model logits = RandomModels.Fill(builder.Build(["happy", "fear", "anger"]), 1, card);
        builder.Append(new LogSoftmax("l", builder.Position, TensorShape.Vector(3)));
        Model logarithms = RandomModels.Fill(builder.Build(["happy", "fear", "anger"]), 1, card);
        byte[] face = [.. Enumerable.Range(0, 64).Select(i => (byte)(i & 1))];
        ExpressionScores expected = new ExpressionRecognizer(logits.WithPrior(ClassPrior.Uniform)).Recognize(face, 8, 8, 8);
        ExpressionScores actual = new ExpressionRecognizer(logarithms.WithPrior(ClassPrior.Uniform)).Recognize(face, 8, 8, 8);
        foreach (Expression expression in Enum.GetValues<Expression>()) Assert.Equal(expected[expression], actual[expression], 1e-5);
    }

    [Fact]
    public void The_built_in_model_says_how_common_its_classes_were_and_takes_other_priors()
    {
        ExpressionRecognizer natural = ExpressionRecognizer.Default;
        Assert.Same(natural, ExpressionRecognizer.Default);
        Assert.Equal(1, natural.Card.ClassFrequencies.Sum(), 1e-3);
        byte[] crop = new byte[natural.InputHeight * natural.InputWidth];
        new Random(4).NextBytes(crop);
        ExpressionScores before = natural.Recognize(crop, natural.InputWidth, natural.InputHeight, natural.InputWidth);
        ExpressionScores after = natural.WithPrior(ClassPrior.Uniform).Recognize(
            crop, natural.InputWidth, natural.InputHeight, natural.InputWidth);

        // Bayes' rule by hand.
        double[] expected = [.. Enumerable.Range(0, 8).Select(i => before[(Expression)i] / natural.Card.ClassFrequencies[i])];
        for (int i = 0; i < 8; i++) Assert.Equal(expected[i] / expected.Sum(), after[(Expression)i], 1e-4);
    }

    [Fact]
    public void There_and_back_is_where_one_was()
    {
        Model model = ExpressionRecognizer.Default.Network.Model;
        ClassPrior own = ClassPrior.Of(
            model.Architecture.Labels.Select((label, i) => KeyValuePair.Create(label, model.Card.ClassFrequencies[i])));
        Model back = model.WithPrior(ClassPrior.Uniform).WithPrior(own);
        Assert.All(back.Parameters[^1]!.Biases.Zip(model.Parameters[^1]!.Biases), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        Assert.Same(model, model.WithPrior(ClassPrior.Uniform).WithPrior(ClassPrior.Natural));
        Assert.Equal(
            model.WithPrior(ClassPrior.SquareRoot).Card.ClassFrequencies,
            model.WithPrior(ClassPrior.Uniform).WithPrior(ClassPrior.SquareRoot).Card.ClassFrequencies);
        Assert.All(model.WithPrior(ClassPrior.Uniform).Card.ClassFrequencies, frequency => Assert.Equal(0.125f, frequency, 1e-4));
    }

    [Fact]
    public void Square_roots_lie_between_natural_and_uniform()
    {
        double[] shifts = ClassPrior.SquareRoot.LogitShifts(["a", "b", "c"], [0.64f, 0.35f, 0.01f]);
        Assert.Equal(Math.Log(8), shifts[2] - shifts[0], 1e-5);
        double[] uniform = ClassPrior.Uniform.LogitShifts(["a", "b", "c"], [0.64f, 0.35f, 0.01f]);
        for (int i = 1; i < 3; i++) Assert.Equal((uniform[i] - uniform[0]) / 2, shifts[i] - shifts[0], 1e-5);
    }

    [Fact]
    public void A_file_names_each_class_once_by_any_of_its_names()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "# shares\nvery happy, 0.3\r\n  sad = 0.6\nfear:\t0.1\n");
        double[] shifts = ClassPrior.Load(path).LogitShifts(["fear", "very happy", "sad"], [0.1f, 0.3f, 0.6f]);
        Assert.All(shifts, shift => Assert.Equal(0, shift, 1e-5));
        File.WriteAllText(path, "happy 0.3\nhappiness 0.2\nsad 0.5\n");
        Assert.EndsWith(
            "; the model's classes are happy, sad, each once",
            Assert.Throws<ModelFormatException>(() => ClassPrior.Load(path).LogitShifts(["happy", "sad"], [0.5f, 0.5f])).Message,
            StringComparison.Ordinal);
        foreach (string wrong in new[] { "happy\n", "0.3\n", "happy 0.3 0.4 x\n", "happy 1\nHappy 2\n" })
        {
            File.WriteAllText(path, wrong);
            Assert.Throws<FormatException>(() => ClassPrior.Load(path));
        }

        File.Delete(path);
    }

    [Fact]
    public void A_class_never_seen_in_training_stays_impossible()
    {
        double[] shifts = ClassPrior.Uniform.LogitShifts(["a", "b", "c"], [0.9f, 0.1f, 0]);
        Assert.True(shifts[2] < -10);
        Assert.Equal(Math.Log(9), shifts[1] - shifts[0], 1e-5);
    }

    [Fact]
    public void A_model_without_frequencies_has_one_prior()
    {
        Architecture architecture = OriginalArchitectures.MicroExpNet();
        Model model = new(
            architecture,
            architecture.Layers.Select(layer => layer.ParameterCount == 0 ? null : new LayerParameters(new float[layer.WeightCount],
                new float[layer.BiasCount])), new ModelCard());
        Assert.Same(model, model.WithPrior(ClassPrior.Natural));
        Assert.Throws<ModelFormatException>(() => model.WithPrior(ClassPrior.Uniform));
    }

    [Fact]
    public void Frequencies_travel_in_the_file()
    {
        Model model = ExpressionRecognizer.Default.Network.Model;
        using MemoryStream file = new();
        model.Save(file);
        file.Position = 0;
        Assert.Equal(model.Card.ClassFrequencies, Model.Load(file).Card.ClassFrequencies);
    }
}
