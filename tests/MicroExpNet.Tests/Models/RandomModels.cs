using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

/// <summary>Models to test with: any architecture with weights drawn from a seed.</summary>
internal static class RandomModels
{
    /// <summary>Small networks of all the layers the engine has, in any order that fits.</summary>
    public static Gen<Model> Any { get; } =
        from seed in Gen.Int[0, int.MaxValue - 1]
        select Fill(Draw(new Random(seed)), seed);

    /// <summary>Gives an architecture weights with the spread that keeps values of every layer near 1.</summary>
    public static Model Fill(Architecture architecture, int seed, ModelCard? card = null)
    {
        Random random = new(seed);
        return new Model(architecture, architecture.Layers.Select(layer => Parameters(layer, random)), card ?? new ModelCard());
    }

    /// <summary>An image of values −1 to 1.</summary>
    public static float[] Image(TensorShape shape, int batch, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, shape.Length * batch).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    private static LayerParameters? Parameters(Layer layer, Random random)
    {
        if (layer.ParameterCount == 0) return null;
        float spread = (float)Math.Sqrt(3.0 * layer.OutputShape.Channels / layer.WeightCount);
        return new LayerParameters(
            [.. Enumerable.Range(0, (int)layer.WeightCount).Select(_ => ((random.NextSingle() * 2) - 1) * spread)],
            [.. Enumerable.Range(0, layer.BiasCount).Select(_ => random.NextSingle() - 0.5f)]);
    }

    private static Architecture Draw(Random random)
    {
        TensorShape input = new(random.Next(1, 30), random.Next(1, 30), random.Next(1, 4));
        ArchitectureBuilder builder = new("random", input);
        TensorShape shape = input;
        int layers = random.Next(1, 7);
        for (int i = 0; i < layers; i++)
        {
            Layer layer = DrawLayer(random, $"layer{i}", builder.Position, shape);
            builder.Append(layer);
            if (layer.OutputShape == shape && random.Next(3) == 0) builder.Add($"add{i}", builder.Position - 1);
            shape = layer.OutputShape;
            if (random.Next(6) == 0) shape = Combine(random, builder, i, shape);
        }

        if (random.Next(2) == 0)
        {
            builder.GlobalAveragePool("mean");
            if (random.Next(2) == 0) builder.Flatten("flatten");
        }
        else
        {
            builder.Flatten("flatten");
            if (random.Next(4) == 0) builder.Relu("flatrelu");
        }

        if (random.Next(2) == 0) builder.FullyConnected("hidden", random.Next(1, 50)).Relu("hiddenrelu");
        int classes = random.Next(1, 20);
        builder.FullyConnected("out", classes);
        if (random.Next(4) == 0) builder.Append(new Softmax("probabilities", builder.Position, TensorShape.Vector(classes)));
        return builder.Build(Enumerable.Range(0, classes).Select(i => $"class {i}"));
    }

    // A branch of the last layer, multiplied with it or joined to it.
    private static TensorShape Combine(Random random, ArchitectureBuilder builder, int i, TensorShape shape)
    {
        int position = builder.Position;
        if (random.Next(2) == 0)
        {
            TensorShape joined = shape with { Channels = 3 * shape.Channels };
            builder.Append(new Concat($"concat{i}", [position, position, position], [shape, shape, shape]));
            return joined;
        }

        bool excites = random.Next(2) == 0;
        if (excites) builder.GlobalAveragePool($"excite{i}");
        else builder.Relu($"gate{i}");
        builder.Append(new Multiply($"multiply{i}", position, position + 1, shape, excites ? TensorShape.Vector(shape.Channels) : shape));
        return shape;
    }

    private static Layer DrawLayer(Random random, string name, int input, TensorShape shape)
    {
        Window window = new(random.Next(1, 6), random.Next(1, 6), random.Next(1, 4), random.Next(1, 4));
        Padding padding = Padding.Same(shape, window);
        if (random.Next(3) == 0)
        {
            padding = new Padding(
                random.Next(window.Height), random.Next(window.Width), random.Next(window.Height), random.Next(window.Width));
        }

        (int rows, int columns) = window.Positions(shape, padding);
        if (rows < 1 || columns < 1 || padding.Bottom >= window.Height || padding.Right >= window.Width)
        {
            return new Relu(name, input, shape);
        }

        return random.Next(8) switch
        {
            0 when random.Next(3) > 0 => PointwiseCase.All[random.Next(PointwiseCase.All.Count)].Make(name, input, shape),
            0 => new Relu(name, input, shape),
            1 => new Clip(name, input, shape, -0.5f, 0.75f),
            2 => new MaxPool(name, input, shape, window, padding),
            3 => new AveragePool(name, input, shape, window, padding, countPadding: random.Next(2) == 0 && !padding.IsNone),
            4 => new Convolution(name, input, shape, window, padding, shape.Channels, shape.Channels),
            5 when shape.Channels % 2 == 0 => new Convolution(name, input, shape, window, padding, 2 * random.Next(1, 9), 2),
            _ => new Convolution(name, input, shape, window, padding, random.Next(1, 40)),
        };
    }
}
