using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Cli.Tests;

/// <summary>MicroExpNet with made-up weights, for tests of everything but the weights.</summary>
internal static class TestModel
{
    /// <summary>A model file that is there for as long as the tests run.</summary>
    public static string Path { get; } = Write();

    /// <summary>A model with made-up weights.</summary>
    public static Model Create(Architecture architecture)
    {
        Random random = new(17);
        float[] Values(long count) => [.. Enumerable.Range(0, (int)count).Select(_ => (random.NextSingle() - 0.5f) / 20)];
        return new Model(
            architecture,
            architecture.Layers.Select(
                layer => layer.ParameterCount == 0 ? null : new LayerParameters(Values(layer.WeightCount), Values(layer.BiasCount))),
            new ModelCard { PixelScale = 1 / 255f, FaceCrop = FaceCrop.Original, Description = "Made-up weights", License = "MIT" });
    }

    /// <summary>Writes a model that says nothing about its outputs and pixels.</summary>
    public static string WriteForeign(string path, int classes)
    {
        Model model = Create(OriginalArchitectures.MicroExpNet(labels: [.. Enumerable.Range(0, classes).Select(i => $"class {i}")]));
        new Model(model.Architecture, model.Parameters, new ModelCard()).Save(path);
        return path;
    }

    private static string Write()
    {
        string path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("mexp-model-").FullName, "model.onnx");
        Create(OriginalArchitectures.MicroExpNet()).Save(path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(System.IO.Path.GetDirectoryName(path)!, recursive: true);
        return path;
    }
}
