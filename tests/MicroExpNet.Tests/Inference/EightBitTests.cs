using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Inference;

public class EightBitTests
{
    [Theory]
    [InlineData(127)]
    [InlineData(-127)]
    [InlineData(63)]
    public void The_largest_bytes_and_weights_sum_up_exactly(int weight)
    {
        // 8×8 places of 16 channels, all 255 steps of 1, times weights all alike: sums far beyond 16 bits.
        TensorShape shape = new(16, 16, 16);
        Architecture architecture = new ArchitectureBuilder("sums", shape)
            .PaddedConvolution("conv", 8, 1, 33, padding: 0)
            .Flatten("flatten")
            .FullyConnected("out", 2)
            .Build(["a", "b"]);
        Model model = new(
            architecture,
            [
                new LayerParameters([.. Enumerable.Repeat((float)weight, 8 * 8 * 16 * 33)], new float[33]),
                null,
                new LayerParameters([.. Enumerable.Repeat(1f, 81 * 33 * 2)], new float[2]),
            ],
            new ModelCard(),
            new ModelQuantization(
                new TensorQuantization(1, 0),
                [new TensorQuantization(2000, 128), new TensorQuantization(2000, 128), null],
                [[.. Enumerable.Repeat(1f, 33)], [], [1, 1]]));
        byte[] images = [.. Enumerable.Repeat((byte)255, shape.Length)];
        float quantized = MathF.Max(-128, MathF.Min(127, MathF.Round(8 * 8 * 16 * 255 * weight / 2000f)));
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            float[] logits = new float[2];
            new Network(model, target).Run(images, 1, logits);
            Assert.Equal(81 * 33 * 2000 * quantized, logits[0]);
        }
    }

    // Sums of products in 16 bits then span all that those hold, or more, in either direction.
    [Theory]
    [InlineData(63)]
    [InlineData(127)]
    public void The_largest_sums_of_each_sign_are_exact(int weight)
    {
        const int Filters = 33, Taps = 2 * 2 * 16;
        const float Scale = 16384;
        TensorShape shape = new(8, 8, 16);
        Architecture architecture = new ArchitectureBuilder("signs", shape)
            .PaddedConvolution("conv", 2, 2, Filters, padding: 0)
            .Flatten("flatten")
            .FullyConnected("out", 1)
            .Build(["a"]);
        Random random = new(5);
        float[] weights = [.. Enumerable.Range(0, Taps * Filters).Select(_ => (float)(random.Next(2) == 0 ? -weight : weight))];
        Model model = new(
            architecture,
            [new LayerParameters(weights, new float[Filters]), null, new LayerParameters([.. Enumerable.Repeat(1f, 16 * Filters)], [0])],
            new ModelCard(),
            new ModelQuantization(
                new TensorQuantization(1, 0),
                [new TensorQuantization(Scale, 128), new TensorQuantization(Scale, 128), null],
                [[.. Enumerable.Repeat(1f, Filters)], [], [1]]));

        // Each pixel of the output sees the bytes that make one filter's sum the largest, or the smallest.
        byte[] image = new byte[shape.Length];
        float expected = 0;
        for (int pixel = 0; pixel < 16; pixel++)
        {
            byte[] window = [.. Enumerable.Range(0, Taps).Select(tap => weights[(tap * Filters) + (2 * pixel)] > 0 == (pixel % 2 == 0)
                ? byte.MaxValue
                : byte.MinValue)];
            for (int tap = 0; tap < Taps; tap++)
            {
                int y = (pixel / 4 * 2) + (tap / 32), x = (pixel % 4 * 2) + (tap / 16 % 2);
                image[(((y * 8) + x) * 16) + (tap % 16)] = window[tap];
            }

            for (int filter = 0; filter < Filters; filter++)
            {
                float sum = window.Select((value, tap) => value * weights[(tap * Filters) + filter]).Sum();
                expected += Scale * MathF.Round(sum / Scale);
            }
        }

        foreach (KernelTarget target in KernelTarget.Supported)
        {
            float[] logits = new float[1];
            new Network(model, target).Run(image, 1, logits);
            Assert.Equal(expected, logits[0]);
        }
    }

    [Fact]
    public void Where_there_is_avx_512_it_is_used_whatever_else_there_is()
    {
        Model model = QuantizedModels.Of(RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 3), 3, 63);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            Type lanes = PlanCompiler.Compile(model, target).Input.GetType().GenericTypeArguments[0];
            Assert.Equal(target.Name, (string)lanes.GetProperty(nameof(PlainLanes.Name))!.GetValue(null)!);
        }
    }

    [Fact]
    public void Bytes_and_floats_of_the_same_image_give_the_same_logits()
    {
        ModelCard card = new() { PixelScale = 2f / 255, PixelOffset = -127 * (2f / 255) };
        Model model = RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 3, card);
        Model quantized = QuantizedModels.Of(model, 3, 63);
        byte[] bytes = [.. Enumerable.Range(0, 84 * 84).Select(i => (byte)(i * 7))];
        float[] floats = [.. bytes.Select(pixel => (pixel * model.Card.PixelScale) + model.Card.PixelOffset)];
        float[] fromBytes = new float[8], fromFloats = new float[8];
        Network network = new(quantized);
        network.Run(bytes, 1, fromBytes);
        network.Run(floats, 1, fromFloats);
        Assert.Equal(fromBytes, fromFloats);
    }

    [Theory]
    [InlineData("v", 1)]
    [InlineData("p1", 4)]
    [InlineData("p2", 8)]
    [InlineData("p12", 16)]
    public void Every_instruction_set_gives_the_same_logits(string name, int squeeze)
    {
        Model floats = RandomModels.Fill(OriginalArchitectures.Candidate(name, squeeze), squeeze);
        Model model = QuantizedModels.Of(floats, squeeze, maxWeight: 63);
        float[] images = RandomModels.Image(model.Architecture.Input, batch: 2, seed: 7), expected = new float[16], logits = new float[16];
        new Network(model, KernelTarget.Supported[^1]).Run(images, 2, expected);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            new Network(model, target).Run(images, 2, logits);
            Assert.Equal(expected, logits);
        }
    }
}
