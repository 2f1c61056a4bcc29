using MicroExpNet.Architectures;
using MicroExpNet.Inference.Memory;
using MicroExpNet.Training.Layers;

namespace MicroExpNet.Training.Tests.Layers;

/// <summary>Every kind of layer in networks of doubles: the gradient of each parameter against finite differences.</summary>
public sealed unsafe class NetworkGradientTests
{
    private const int Images = 3;
    private const double Step = 1e-6;

    public static TheoryData<string, bool, double> Cases => new()
    {
        { "pools", false, 1 },
        { "pools", true, 0.5 },
        { "residual", false, 1 },
        { "residual", true, 1 },
        { "relu6", true, 0.7 },
        { "average", false, 0.6 },
        { "clamped pools", false, 0.5 },
        { "clamped pools", true, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_are_the_differences_of_the_loss(string kind, bool batchNormalization, double keepProbability)
    {
        TrainingNetwork<double> network = new(Network(kind), Images, batchNormalization, keepProbability);
        AlignedMemory<double> parameters = new(network.ParameterCount), gradient = new(network.ParameterCount);
        Random random = new(11);
        foreach (ref double parameter in parameters.Span) parameter = (random.NextDouble() * 1.8) - 0.9;
        Fill(network.Input, network.Input.Values, random);
        Fill(network.Logits, network.Logits.Gradient, random);
        Pass pass = new(Images, 5);
        Loss(network, pass, parameters);
        network.Backward(pass, parameters.Pointer, gradient.Pointer);
        for (int i = 0; i < parameters.Length; i += Math.Max(1, parameters.Length / 300))
        {
            ref double value = ref parameters.Span[i];
            double kept = value;
            value = kept + Step;
            double above = Loss(network, pass, parameters);
            value = kept - Step;
            double below = Loss(network, pass, parameters);
            value = kept;
            double difference = (above - below) / (2 * Step);
            Assert.True(
                Math.Abs(difference - gradient.Span[i]) < 1e-5 * Math.Max(1, Math.Abs(difference)),
                $"parameter {i}: {gradient.Span[i]}, differences say {difference}");
        }
    }

    [Fact]
    public void Normalised_channels_have_mean_0_and_deviation_1()
    {
        TensorShape shape = new(5, 4, 11);
        Tensor<float> input = new(shape, 1, 4), output = new(shape, 2, 4);
        NormalizationLayer<float> layer = new(input, output);
        Random random = new(2);
        Fill(input, input.Values, random, images: 4, offset: 1000);
        float[] parameters = [.. Enumerable.Repeat(0f, 11), .. Enumerable.Repeat(1f, 11)];
        float[] statistics = new float[22];
        fixed (float* p = parameters, s = statistics) layer.Forward(new Pass(4, 0), p, s);
        for (int channel = 0; channel < 11; channel++)
        {
            List<double> values = [];
            for (int i = 0; i < 4 * 5; i++)
            {
                for (int x = 0; x < 4; x++) values.Add(output.Values[output.Row(i / 5, i % 5) + (x * 11) + channel]);
            }

            Assert.Equal(0, values.Average(), 1e-3);
            Assert.Equal(1, Math.Sqrt(values.Average(value => value * value)), 1e-3);
            Assert.Equal(1000, statistics[channel], 0.5);
            Assert.Equal(1.0 / 12, statistics[11 + channel], 0.03);
        }
    }

    [Fact]
    public void Dropout_keeps_the_expected_share_and_the_expected_sum()
    {
        Tensor<float> input = new(new TensorShape(100, 100, 1), 0, 1), tensor = new(input.Shape, 0, 1);
        new Span<float>(input.Values, 10_000).Fill(1);
        DropoutLayer<float> layer = new(input, tensor, 0.25);
        layer.Forward(new Pass(1, 9), null, null);
        ReadOnlySpan<float> values = new(tensor.Values, 10_000);
        Assert.Equal(2500, values.Count(4f), 150.0);
        Assert.Equal(7500, values.Count(0f), 150.0);
    }

    private static Architecture Network(string kind)
    {
        ArchitectureBuilder builder = new(kind, new TensorShape(9, 8, 2));
        switch (kind)
        {
            case "pools":
                builder.Convolution("c1", 3, 1, 9).Append(new HardSwish("r1", 0, new TensorShape(9, 8, 9))).MaxPool("p1", 3, 2)
                    .Convolution("c2", 4, 2, 10).Relu("r2").MaxPool("p2", 2, 2)
                    .Flatten("f").FullyConnected("fc1", 6).Relu("r3").FullyConnected("logits", 3);
                break;
            case "clamped pools":
                // Pools that cover every pixel once, a stride that passes over pixels, and dropout right after a pool.
                builder.Convolution("c1", 3, 1, 9).Append(new Clip("r1", 0, new TensorShape(9, 8, 9), 0, 0.5f)).MaxPool("p1", 2, 2)
                    .Convolution("c2", 1, 2, 10).Relu("r2").MaxPool("p2", 3, 3).FullyConnected("logits", 3);
                break;
            case "residual":
                builder.Convolution("c1", 5, 2, 8).Relu("r1");
                int stem = builder.Position;
                builder.Convolution("c2", 3, 1, 8).Relu("r2").Convolution("c3", 3, 1, 8).Add("a1", stem).Relu("r3");
                int block = builder.Position;
                builder.Convolution("s", 1, 2, 12);
                int shortcut = builder.Position;
                builder.Append(
                    new Convolution(
                    "d1", block, new TensorShape(5, 4, 8), Window.Square(3, 2), Padding.Same(new TensorShape(5, 4, 8), Window.Square(3, 2)),
                    12, 1))
                    .Relu("r4").Convolution("c5", 3, 1, 12).Add("a2", shortcut).Relu("r5").GlobalAveragePool("g")
                        .FullyConnected("logits", 4);
                break;
            case "relu6":
                builder.Convolution("c1", 3, 2, 6).Append(new Clip("r1", 0, new TensorShape(5, 4, 6), 0, 6))
                    .Convolution("dw", 3, 1, 6, groups: 6)
                    .Append(new Clip("r2", 2, new TensorShape(5, 4, 6), 0, 6)).Convolution("pw", 1, 1, 5).GlobalAveragePool("g")
                        .FullyConnected("logits", 3);
                break;
            default:
                TensorShape shape = new(9, 8, 7);
                Window window = Window.Square(3, 2);
                builder.Convolution("c1", 3, 1, 7).Relu("r1").Append(new AveragePool("a1", 1, shape, window, Padding.Same(shape, window)));
                TensorShape next = new(5, 4, 7);
                builder.Append(new AveragePool("a2", 2, next, window, Padding.Same(next, window), countPadding: true)).Flatten("f")
                    .FullyConnected("logits", 3);
                break;
        }

        return builder.Build(Enumerable.Range(0, kind == "residual" ? 4 : 3).Select(i => $"class{i}"));
    }

    private static double Loss(TrainingNetwork<double> network, Pass pass, AlignedMemory<double> parameters)
    {
        network.Forward(pass, parameters.Pointer);
        double sum = 0;
        for (int image = 0; image < Images; image++)
        {
            int row = network.Logits.Row(image, 0);
            for (int i = 0; i < network.Logits.RowLength; i++) sum += network.Logits.Values[row + i] * network.Logits.Gradient[row + i];
        }

        return sum;
    }

    private static void Fill<T>(Tensor<T> tensor, T* values, Random random, int images = Images, double offset = 0)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < images * tensor.Shape.Height; i++)
        {
            T* row = values + tensor.Row(i / tensor.Shape.Height, i % tensor.Shape.Height);
            for (int x = 0; x < tensor.RowLength; x++) row[x] = T.CreateChecked(offset + random.NextDouble() - 0.5);
        }
    }
}
