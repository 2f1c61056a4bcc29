using MicroExpNet.Architectures;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training.Tests.Layers;

/// <summary>Networks whose sizes overflow 32 or 64 bits, or that are merely huge, are refused before anything is allocated.</summary>
public class TrainingMemoryTests
{
    [Theory]
    [InlineData(1, 4096, 64)]
    [InlineData(4096, 1, 64)]
    [InlineData(1, 16_384, 16)]
    [InlineData(1, 32_767, 1)]
    [InlineData(1, 32_768, 1)]
    [InlineData(1, 65_536, 1)]
    [InlineData(65_536, 1, 64)]
    public void A_wide_kernel_s_border_counts(int height, int width, int filters)
    {
        TensorShape input = new(1, 1, 1);
        Padding padding = new((height - 1) / 2, (width - 1) / 2, height / 2, width / 2);
        Convolution convolution = new("wide", Layer.NetworkInput, input, new Window(height, width, 1, 1), padding, filters);
        AssertRefused(
            new Architecture("border", input, [convolution, new GlobalAveragePool("mean", 0, convolution.OutputShape)], Labels(filters)));
    }

    [Theory]
    [InlineData(8192, 8192, 1)]
    [InlineData(1, 1 << 26, 1)]
    [InlineData(1 << 25, 1, 2)]
    public void Large_images_count(int height, int width, int channels)
    {
        TensorShape input = new(height, width, channels);
        AssertRefused(new Architecture("image", input, [new GlobalAveragePool("mean", Layer.NetworkInput, input)], Labels(channels)));
    }

    [Theory]
    [InlineData(1 << 15, 1 << 15)]
    [InlineData(1 << 20, 1 << 10)]
    public void Weights_count(int inputs, int outputs)
    {
        TensorShape input = new(1, 1, inputs);
        Layer[] layers =
        [
            new Flatten("flatten", Layer.NetworkInput, input),
            new FullyConnected("up", 0, TensorShape.Vector(inputs), outputs),
            new FullyConnected("down", 1, TensorShape.Vector(outputs), 1),
        ];
        AssertRefused(new Architecture("weights", input, layers, Labels(1)));
    }

    [Fact]
    public void Many_activations_in_a_row_are_laid_out_without_recursion()
    {
        const int Count = 20_000;
        TensorShape input = new(8, 8, 1);
        Convolution first = new("first", Layer.NetworkInput, input, Window.Square(3, 1), new Padding(1, 1, 1, 1), 2);
        Layer[] layers =
        [
            first,
            .. Enumerable.Range(0, Count).Select(i => new Relu($"relu{i}", i, first.OutputShape)),
            new GlobalAveragePool("mean", Count, first.OutputShape),
        ];
        TrainingNetwork<float> network = new(new Architecture("deep", input, layers, Labels(2)), 1);
        Assert.Equal(20, network.ParameterCount);
    }

    private static string[] Labels(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i}")];

    private static void AssertRefused(Architecture architecture)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => new TrainingNetwork<float>(architecture, 16));
        Assert.StartsWith(
            $"network '{architecture.Name}' can't be trained: it needs more than 4096 MiB of memory, at the ", e.Message,
            StringComparison.Ordinal);
    }
}
