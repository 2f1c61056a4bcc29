using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Training.Quantization;

namespace MicroExpNet.Cli.Bench;

/// <summary>MicroExpNet with weights and images from a fixed seed: speed does not depend on what it was trained on.</summary>
internal static class SampleModel
{
    /// <summary>The model.</summary>
    public static Model Create()
    {
        Random random = new(1);
        Architecture architecture = OriginalArchitectures.MicroExpNet();
        return new Model(
            architecture, architecture.Layers.Select(layer => layer.ParameterCount == 0 ? null : Draw(layer, random)), new ModelCard());
    }

    /// <summary>Images of noise, scaled as the model's card says.</summary>
    public static float[] Images(Model model, int batch) =>
        [.. Pixels(model, batch, seed: 2).Select(pixel => (pixel * model.Card.PixelScale) + model.Card.PixelOffset)];

    /// <summary>The model in 8 bits, for such images.</summary>
    public static Model Quantize(Model model) => new ModelQuantizer(model, Pixels(model, 16, seed: 3)).Quantize();

    private static byte[] Pixels(Model model, int count, int seed)
    {
        byte[] pixels = new byte[count * model.Architecture.Input.Length];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    // Normally distributed, as trained weights more or less are: how 8-bit products may be summed depends on how many are large.
    private static LayerParameters Draw(Layer layer, Random random)
    {
        double spread = Math.Sqrt((double)layer.OutputShape.Channels / layer.WeightCount);
        return new LayerParameters(
            [.. Enumerable.Range(0, (int)layer.WeightCount).Select(_ => (float)(Normal(random) * spread))],
            [.. Enumerable.Range(0, layer.BiasCount).Select(_ => random.NextSingle() - 0.5f)]);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
