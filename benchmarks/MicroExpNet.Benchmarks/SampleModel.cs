using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Benchmarks;

/// <summary>MicroExpNet with weights and images from a fixed seed: speed does not depend on what it was trained on.</summary>
internal static class SampleModel
{
    public static Model Create()
    {
        Random random = new(1);
        Architecture architecture = OriginalArchitectures.MicroExpNet();
        return new Model(architecture, architecture.Layers.Select(layer => layer.ParameterCount == 0 ? null : Draw(layer, random)), new ModelCard());
    }

    public static float[] Images(Model model, int batch)
    {
        Random random = new(2);
        return [.. Enumerable.Range(0, batch * model.Architecture.Input.Length).Select(_ => random.NextSingle() * 255)];
    }

    private static LayerParameters Draw(Layer layer, Random random)
    {
        float spread = (float)Math.Sqrt(3.0 * layer.OutputShape.Channels / layer.WeightCount);
        return new LayerParameters(
            [.. Enumerable.Range(0, (int)layer.WeightCount).Select(_ => ((random.NextSingle() * 2) - 1) * spread)],
            [.. Enumerable.Range(0, layer.BiasCount).Select(_ => random.NextSingle() - 0.5f)]);
    }
}
