using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Inference;

/// <summary>Networks whose sizes were chosen to overflow 32 bits, to take much memory or to run for days.</summary>
public class NetworkLimitTests
{
    [Theory]
    [InlineData(13_000_000, 3, true)]
    [InlineData(10_000_000, 3, true)]
    [InlineData(5_000_000, 3, false)]
    [InlineData(500_000, 3, false)]
    [InlineData(500_000, 2, false)]
    public void A_wide_image_of_few_channels_takes_no_more_memory_than_it_may(int width, int channels, bool isRefused)
    {
        // Winograd tiles of it once took a workspace of more than 2³¹ floats.
        TensorShape input = new(1, width, 1), shape = new(1, width, channels);
        Layer[] layers =
        [
            new Convolution("first", Layer.NetworkInput, input, Window.Square(1, 1), default, channels),
            new Convolution("second", 0, shape, Window.Square(3, 1), new(3, 1, 2, 1), 1),
            new MaxPool("pool", 1, new(4, width, 1), Window.Square(2, 2), default),
            new GlobalAveragePool("mean", 2, new(2, width / 2, 1)),
        ];
        Model model = RandomModels.Fill(new Architecture("wide", input, layers, ["a"]), 1);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            if (isRefused) AssertRefused(model, target);
            else new Network(model, target).Run(new byte[input.Length], 1, new float[1]);
        }
    }

    [Fact]
    public void Outputs_of_many_images_at_once_count_against_the_limit()
    {
        // 12 images of 32 MiB each fit, those of a wide layer in the middle, twice, do not.
        AssertRefused(RandomModels.Fill(
            new ArchitectureBuilder("middle", new TensorShape(1, 1, 1))
                .Flatten("flatten")
                .FullyConnected("up", 12_000_000)
                .FullyConnected("down", 1)
                .Build(["a"]),
            1));
    }

    [Fact]
    public void Filters_count_against_the_limit()
    {
        // One filter fills a vector of sixteen: 80 MB of weights become 1.3 GB.
        TensorShape input = new(1, 1, 20_000_000);
        Convolution layer = new("conv", Layer.NetworkInput, input, Window.Square(1, 1), default, 1);
        Model model = RandomModels.Fill(new Architecture("padded", input, [layer], ["a"]), 1);
        if (KernelTarget.Best.Count == 16) AssertRefused(model);
        else new Network(model).Run(new byte[input.Length], 1, new float[1]);
    }

    [Fact]
    public void A_large_kernel_of_large_stride_is_not_done_as_tiles()
    {
        TensorShape input = new(1024, 1024, 1);
        Convolution layer = new("conv", Layer.NetworkInput, input, Window.Square(1024, 512), default, 1);
        Model model = RandomModels.Fill(new Architecture("kernel", input, [layer], ["a"]), 1);
        foreach (KernelTarget target in KernelTarget.Supported) new Network(model, target).Run(new byte[input.Length], 1, new float[1]);
    }

    [Fact]
    public void A_pool_that_would_run_for_days_is_refused_with_the_layer_and_the_way_to_allow_it()
    {
        TensorShape input = new(4096, 4096, 1);
        MaxPool pool = new("pool", Layer.NetworkInput, input, new Window(2048, 2048, 1, 1), default);
        GlobalAveragePool mean = new("mean", 0, pool.OutputShape);
        Model model = RandomModels.Fill(new Architecture("slow", input, [pool, mean], ["a"]), 1);
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => new Network(model));
        Assert.Equal(
            "model 'slow' takes 1.8e+13 operations for one image, most of them in layer 'pool'; "
            + "at most 1.0e+10 are allowed (MaxOperations, --max-operations)",
            e.Message);
        _ = new Network(model, new InferenceOptions { MaxOperations = long.MaxValue });
    }

    [Fact]
    public void Weights_whose_number_overflows_64_bits_are_refused()
    {
        // 2¹⁶ rows, columns, channels and filters: 2⁶⁴ weights, which is 0 in 64 bits.
        try
        {
            TensorShape input = new(1, 1, 1 << 16);
            Convolution layer = new("conv", Layer.NetworkInput, input, Window.Square(1 << 16, 1), new(65_535, 65_535, 0, 0), 1 << 16);
            Architecture architecture = new("wrap", input, [layer], Enumerable.Range(0, 1 << 16).Select(i => $"{i}"));
            Model model = new(architecture, [new LayerParameters([], new float[1 << 16])], new ModelCard());
            Assert.Throws<ModelFormatException>(() => new Network(model, new InferenceOptions { MaxOperations = long.MaxValue }));
        }
        catch (ArgumentException)
        {
            // Refused where it is described: as well.
        }
    }

    [Fact]
    public void Eight_bit_filters_are_packed_in_time_proportional_to_their_number()
    {
        // Weights of 40 and more in every quad: no two fit into one 16-bit sum.
        const int Inputs = 200_000;
        TensorShape input = new(1, 1, Inputs);
        Architecture architecture = new ArchitectureBuilder("quads", input).Flatten("flatten").FullyConnected("out", 2).Build(["a", "b"]);
        float[] weights = [.. Enumerable.Range(0, Inputs * 2).Select(i => i % 2 == 0 ? 40f : 41f)];
        Model model = new(
            architecture,
            [null, new LayerParameters(weights, new float[2])],
            new ModelCard(),
            new ModelQuantization(new TensorQuantization(1, 0), [new TensorQuantization(1, 0), null], [[], [1, 1]]));
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            float[] logits = new float[2];
            byte[] image = new byte[Inputs];
            image[3] = 2;
            image[^1] = 1;
            new Network(model, target).Run(image, 1, logits);
            Assert.Equal([120, 123], logits);
        }
    }

    private static void AssertRefused(Model model) => AssertRefused(model, KernelTarget.Best);

    private static void AssertRefused(Model model, KernelTarget target)
    {
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => new Network(model, target));
        string expected = $"model '{model.Architecture.Name}' needs more than 1024 MiB of memory, at ";
        Assert.StartsWith(expected, e.Message, StringComparison.Ordinal);
    }
}
