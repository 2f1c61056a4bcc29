using System.Collections.Immutable;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Tests;

namespace MicroExpNet.Fuzz;

/// <summary>Networks of all the layers there are, with sizes up to the limits.</summary>
internal static class RandomGraph
{
    private const int MaxLabels = 10_000;

    /// <summary>Draws a model; null where a layer's shape is refused.</summary>
    /// <param name="random">Decides the model.</param>
    /// <param name="maxSide">The largest height, width and window.</param>
    /// <param name="maxWeights">The largest number of weights in a layer.</param>
    public static Model? Draw(Random random, int maxSide, int maxWeights)
    {
        try
        {
            TensorShape input = new(
                HostileNumbers.Size(random, maxSide), HostileNumbers.Size(random, maxSide),
                HostileNumbers.Size(random, 1 << random.Next(1, 9)));
            List<Layer> layers = [];
            for (int count = random.Next(1, 8); count > 0; count--)
            {
                Layer layer = DrawLayer(random, layers, input, maxSide);
                if (layer.WeightCount <= maxWeights) layers.Add(layer);
            }

            if (layers.Count == 0 || random.Next(2) == 0)
            {
                layers.Add(new GlobalAveragePool("mean", layers.Count - 1, ShapeOf(layers, input, layers.Count - 1)));
            }

            if (random.Next(4) > 0) layers.Add(new Flatten("flatten", layers.Count - 1, layers[^1].OutputShape));
            if (layers[^1].OutputShape is { Height: 1, Width: 1, Channels: < 1000 })
            {
                for (int count = random.Next(3); count > 0; count--)
                {
                    layers.Add(new FullyConnected($"fc{count}", layers.Count - 1, layers[^1].OutputShape, random.Next(1, 20)));
                    if (random.Next(2) == 0) layers.Add(new Relu($"fcrelu{count}", layers.Count - 1, layers[^1].OutputShape));
                }
            }

            TensorShape output = layers[^1].OutputShape;
            bool vector = (long)output.Height * output.Width * output.Channels <= 5000;
            if (output.Channels > MaxLabels) return null;
            Architecture architecture = new(
                "fuzz", input, layers, Enumerable.Range(0, vector ? output.Length : output.Channels).Select(i => $"{i}"));
            return new Model(
                architecture, architecture.Layers.Select(layer => Parameters(layer, random)), new ModelCard { PixelScale = 1f / 255 });
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The same model with quantised weights and, for the most part, values.</summary>
    public static Model Quantize(Model model, Random random)
    {
        ImmutableArray<Layer> layers = model.Architecture.Layers;
        TensorQuantization Draw() => new((1 + random.Next(8)) / 255f, (byte)random.Next(256));
        var outputs = new TensorQuantization?[layers.Length];
        float[][] scales = [.. layers.Select(_ => Array.Empty<float>())];
        LayerParameters?[] parameters = [.. model.Parameters];
        TensorQuantization input = Draw();
        for (int i = 0; i < layers.Length - 1; i++)
        {
            outputs[i] = layers[i] is MaxPool or Flatten && layers[i].Inputs[0] >= 0 && random.Next(4) > 0
                ? outputs[layers[i].Inputs[0]]
                : Draw();
        }

        for (int i = 0; i < layers.Length; i++)
        {
            if (parameters[i] is not { } own) continue;
            float scale = 1f / random.Next(32, 128);
            scales[i] = [.. Enumerable.Repeat(scale, layers[i].OutputShape.Channels)];
            parameters[i] = new LayerParameters(
                [.. own.Weights.Select(weight => Math.Clamp(MathF.Round(weight / scale), -128, 127) * scale)], own.Biases);
        }

        return new Model(model.Architecture, parameters, model.Card, new ModelQuantization(input, outputs, scales));
    }

    private static Layer DrawLayer(Random random, List<Layer> layers, TensorShape input, int maxSide)
    {
        int position = random.Next(6) == 0 && layers.Count > 0 ? random.Next(-1, layers.Count) : layers.Count - 1;
        TensorShape shape = ShapeOf(layers, input, position);
        string name = $"layer{layers.Count}";
        int kind = random.Next(14);
        int side = HostileNumbers.Size(
            random, random.Next(3) == 0 ? maxSide : 6), stride = HostileNumbers.Size(random, random.Next(3) == 0 ? maxSide : 4);
        Window window = random.Next(3) == 0
            ? new Window(HostileNumbers.Size(random, side), side, stride, HostileNumbers.Size(random, stride))
            : Window.Square(side, stride);
        Padding padding = random.Next(3) switch
        {
            0 => default,
            1 => Padding.Same(shape, window),
            _ => new Padding(random.Next(window.Height), random.Next(window.Width), random.Next(window.Height), random.Next(window.Width)),
        };
        switch (kind)
        {
            case 0: return new Relu(name, position, shape);
            case 1: return new Clip(name, position, shape, -0.5f, 0.75f);
            case 2: return PointwiseCase.All[random.Next(PointwiseCase.All.Count)].Make(name, position, shape);
            case 3: return new Flatten(name, position, shape);
            case 4:
                return new MaxPool(
                name, position, shape, random.Next(2) == 0 ? Window.Square(2, 2) : window, random.Next(2) == 0 ? default : padding);
            case 5: return new AveragePool(name, position, shape, window, padding, random.Next(2) == 0);
            case 6: return new Convolution(name, position, shape, window, padding, shape.Channels, shape.Channels);
            case 7 when layers.Count > 0 &&
                ShapeOf(layers, input, random.Next(-1, layers.Count)) == shape:
                return new Add(name, position, position, shape, shape);
            case 8 when layers.FindIndex(
                layer => layer.OutputShape == shape) is >= 0 and int other:
                return new Add(name, position, other, shape, shape);
            case 10: return Concat(random, name, position, shape, layers, input);
            case 11: return Multiply(random, name, position, shape, layers, input);
            case 9 when shape.Channels % 2 == 0: return new Convolution(name, position, shape, window, padding, 2 * random.Next(1, 20), 2);
            default:
                return new Convolution(
                name, position, shape, window, padding, HostileNumbers.Size(random, random.Next(8) == 0 ? 1 << 20 : 40));
        }
    }

    // The layer and others of its height and width, the layer itself among them.
    private static Concat Concat(Random random, string name, int position, TensorShape shape, List<Layer> layers, TensorShape input)
    {
        int[] others = [.. Enumerable.Range(-1,
            layers.Count + 1).Where(other =>
                ShapeOf(layers, input, other) is var own && own.Height == shape.Height && own.Width == shape.Width)];
        ImmutableArray<int> inputs = [position, .. Enumerable.Range(0, random.Next(4)).Select(_ => others[random.Next(others.Length)])];
        return new Concat(name, inputs, [.. inputs.Select(other => ShapeOf(layers, input, other))]);
    }

    // The layer and another of its shape, or one of a value for each channel.
    private static Multiply Multiply(Random random, string name, int position, TensorShape shape, List<Layer> layers, TensorShape input)
    {
        int[] others = [.. Enumerable.Range(-1,
            layers.Count + 1).Where(other =>
                ShapeOf(layers, input, other) is var own && (own == shape || own == TensorShape.Vector(shape.Channels)))];
        int second = others.Length == 0 ? position : others[random.Next(others.Length)];
        return new Multiply(name, position, second, shape, ShapeOf(layers, input, second));
    }

    private static TensorShape ShapeOf(List<Layer> layers, TensorShape input, int position) =>
        position < 0 ? input : layers[position].OutputShape;

    private static LayerParameters? Parameters(Layer layer, Random random)
    {
        if (layer.ParameterCount == 0) return null;
        float range = MathF.Sqrt(3f * layer.OutputShape.Channels / layer.WeightCount);
        float[] weights = new float[layer.WeightCount];
        for (int i = 0; i < weights.Length; i++) weights[i] = ((random.NextSingle() * 2) - 1) * range;
        return new LayerParameters(weights, [.. Enumerable.Range(0, layer.BiasCount).Select(_ => random.NextSingle() - 0.5f)]);
    }
}
