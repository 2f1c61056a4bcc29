using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Inference;

public class NetworkTests
{
    private static readonly Model Sample = RandomModels.Fill(
        OriginalArchitectures.MicroExpNet(), 3, new ModelCard { PixelScale = 1f / 255, FaceCrop = FaceCrop.Original });

    [Fact]
    public void After_the_first_call_nothing_is_allocated()
    {
        Network network = new(Sample);
        ExpressionRecognizer recognizer = new(Sample);
        float[] images = RandomModels.Image(Sample.Architecture.Input, 4, 1);
        byte[] crops = new byte[4 * 84 * 84];
        byte[] face = new byte[300 * 200];
        new Random(1).NextBytes(face);
        float[] logits = new float[32];
        ExpressionScores[] results = new ExpressionScores[4];
        void Run()
        {
            network.Run(images, 4, logits);
            recognizer.Recognize(crops, 4, results);
            results[0] = recognizer.Recognize(face, 200, 300, 200);
            results[1] = recognizer.Recognize(crops.AsSpan(0, 84 * 84), 84, 84, 84);
        }

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++) Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // A collection in between may trim the pool of pixel rows, which then grows back; a warm round allocates nothing.
        Assert.Contains(0, Enumerable.Range(0, 10).Select(_ => Allocated()));
    }

    [Fact]
    public void A_network_that_needs_too_much_memory_for_its_outputs_is_refused()
    {
        TensorShape input = new(4096, 4096, 1);
        Convolution layer = new("conv", Layer.NetworkInput, input, Window.Square(1, 1), default, 3);
        Architecture wide = new("wide", input, [layer], ["a", "b", "c"]);
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => new Network(RandomModels.Fill(wide, 1)));
        Assert.Equal("model 'wide' needs more than 1024 MiB of memory, at its outputs", e.Message);
    }

    [Fact]
    public void Many_threads_at_once_get_the_answers_of_one()
    {
        Network network = new(Sample);
        float[][] images = [.. Enumerable.Range(0, 32).Select(i => RandomModels.Image(Sample.Architecture.Input, 1, i))];
        float[][] expected = [.. images.Select(image => Run(network, image))];
        ParallelOptions sixteen = new() { MaxDegreeOfParallelism = 16 };
        Parallel.For(0, 2000, sixteen, i => Assert.Equal(expected[i % 32], Run(network, images[i % 32])));
    }

    [Fact]
    public void A_batch_gives_what_its_images_give_alone()
    {
        Network network = new(Sample);
        float[] images = RandomModels.Image(Sample.Architecture.Input, 5, 9);
        float[] together = new float[40];
        network.Run(images, 5, together);
        for (int i = 0; i < 5; i++) Assert.Equal(Run(network, images[(i * 7056)..((i + 1) * 7056)]), together[(i * 8)..((i + 1) * 8)]);
    }

    [Fact]
    public void All_instruction_sets_of_this_processor_give_the_same_logits_for_bytes_and_floats()
    {
        byte[] pixels = new byte[7056];
        new Random(4).NextBytes(pixels);
        float[] scaled = [.. pixels.Select(pixel => pixel * (1f / 255))];
        float[] expected = Run(new Network(Sample, KernelTarget.Supported[^1]), scaled);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            Network network = new(Sample, target);
            float[] bytes = new float[8];
            network.Run(pixels, 1, bytes);
            Assert.True(OnnxRuntime.Difference(expected, bytes) < 1e-4);
            Assert.True(OnnxRuntime.Difference(expected, Run(network, scaled)) < 1e-4);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused_with_what_would()
    {
        Network network = new(Sample);
        ArgumentException inputs = Assert.Throws<ArgumentException>(() => network.Run(new float[7056], 2, new float[16]));
        Assert.Contains("expected 14112", inputs.Message, StringComparison.Ordinal);
        ArgumentException logits = Assert.Throws<ArgumentException>(() => network.Run(new float[14112], 2, new float[15]));
        Assert.Contains("need 16", logits.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Run(ReadOnlySpan<float>.Empty, -1, []));
        network.Run(ReadOnlySpan<float>.Empty, 0, []);
    }

    private static float[] Run(Network network, float[] image)
    {
        float[] logits = new float[8];
        network.Run(image, 1, logits);
        return logits;
    }
}
