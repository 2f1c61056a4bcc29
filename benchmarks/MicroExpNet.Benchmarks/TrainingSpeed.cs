using System.Globalization;
using MicroExpNet.Architectures;
using MicroExpNet.Training;
using MicroExpNet.Training.Augmentation;
using MicroExpNet.Training.DataSets;

namespace MicroExpNet.Benchmarks;

/// <summary>
/// Training's whole step, augmentation and Adam included, batch 64: faces a second, and how much of the processor's multiply-add limit
/// that is. The limit is measured in the same minute: fused multiply-adds on registers alone, on as many threads.
/// </summary>
internal static class TrainingSpeed
{
    private const int Faces = 4096;
    private const int Side = 48;
    private const int Repeats = 5;

    private static readonly int[] OneAndTwo = [1, 2];
    private static readonly int[] Squeezes = [16, 8, 4, 1];

    public static void Run(TextWriter output)
    {
        FaceDataSet data = MakeData();
        output.WriteLine($"whole training step, batch 64, standard augmentation, Adam; medians of {Repeats} runs of {Faces} faces");
        output.WriteLine($"{"network",-14} {"parameters",10} {"M multiply-adds*",16} {"threads",7} {"faces/s",9} {"of limit",9}");
        Architecture[] networks = [
            OriginalArchitectures.MicroExpNet(), .. Squeezes.Select(squeeze => OriginalArchitectures.Candidate("p12", squeeze))];
        foreach (Architecture network in networks)
        {
            foreach (int threads in network == networks[0] && Environment.ProcessorCount > 1 ? OneAndTwo : OneAndTwo.TakeLast(1))
            {
                double limit = MultiplyAddLimit.Measure(threads), speed = FacesPerSecond(network, data, threads);
                double work = TrainingMultiplyAdds(network);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                        $"{network.Name,-14} {network.ParameterCount,10:N0} {work / 1e6,16:0.00} {threads,7} {speed,9:N0} " +
                        $"{speed * work / limit,9:0%}"));
            }
        }

        output.WriteLine("* a face: forward, gradients of weights, and gradients of inputs but for the first layer's");
    }

    // Forward once, the weights' gradient once, the input's gradient once; nobody asks for the gradient of the pixels.
    private static double TrainingMultiplyAdds(Architecture network) =>
        network.Layers.Sum(layer => layer.MultiplyAdds * (layer.Inputs[0] == Layer.NetworkInput ? 2.0 : 3.0));

    private static double FacesPerSecond(Architecture network, FaceDataSet data, int threads)
    {
        TrainingOptions settings = new() { Epochs = 2, Threads = threads, Augmentation = AugmentationOptions.Standard };
        double[] speeds = new double[Repeats];
        for (int i = 0; i < Repeats; i++)
        {
            new Trainer(settings, network, data)
                .Run(new CallbackProgress<TrainingProgress>(progress => speeds[i] = progress.ImagesPerSecond));
        }
        return speeds.Order().ElementAt(Repeats / 2);
    }

    private static FaceDataSet MakeData()
    {
        Random random = new(1);
        return new FaceDataSet(
            "random", "random pixels", OriginalArchitectures.DefaultLabels, [.. Enumerable.Range(0, Faces).Select(i => Face(random, i))],
            []);
    }

    private static FaceSample Face(Random random, int i)
    {
        byte[] pixels = new byte[Side * Side];
        random.NextBytes(pixels);
        return new FaceSample($"{i}", new GrayImage(pixels, Side, Side), i % OriginalArchitectures.DefaultLabels.Length);
    }
}
