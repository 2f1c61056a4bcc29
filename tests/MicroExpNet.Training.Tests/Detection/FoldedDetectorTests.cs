using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Models;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training.Tests.Detection;

public sealed unsafe class FoldedDetectorTests
{
    private const int Images = 6;

    [Fact]
    public void With_the_statistics_of_its_images_the_saved_model_gives_what_the_trained_network_does()
    {
        Architecture architecture = DetectorArchitectures.Detector("any", 5, [9, 9, 12]).WithInputSize(48, 64);
        TrainingNetwork<float> network = new(architecture, Images, batchNormalization: true);
        AlignedMemory<float> parameters = new(network.ParameterCount), statistics = new(network.StatisticCount);
        ParameterInitializer.Initialize(network, parameters.Span, 3);

        // The scales that end the residual branches are 0 at first, which would hide them.
        Random random = new(1);
        foreach (ref float parameter in parameters.Span) parameter += (random.NextSingle() - 0.5f) / 5;
        float[] images = [.. Enumerable.Range(0, Images * architecture.Input.Length).Select(_ => (random.NextSingle() * 4) - 2)];
        for (int image = 0; image < Images; image++)
        {
            for (int y = 0; y < 48; y++)
            {
                images.AsSpan(((image * 48) + y) * 64, 64).CopyTo(new Span<float>(network.Input.Values + network.Input.Row(image, y), 64));
            }
        }

        network.Forward(new Pass(Images, 0, Training: false), parameters.Pointer, statistics.Pointer);
        Network saved = new(ModelParameters.ToModel(network, parameters.Span, statistics.Span, new ModelCard()));
        TensorShape output = architecture.Output;
        float[] logits = new float[Images * output.Length];
        saved.Run(images, Images, logits);
        double magnitude = logits.Max(Math.Abs);
        for (int row = 0; row < Images * output.Height; row++)
        {
            float* trained = network.Logits.Values + network.Logits.Row(row / output.Height, row % output.Height);
            for (int i = 0; i < network.Logits.RowLength; i++)
            {
                Assert.InRange((trained[i] - logits[(row * network.Logits.RowLength) + i]) / magnitude, -1e-4, 1e-4);
            }
        }
    }
}
