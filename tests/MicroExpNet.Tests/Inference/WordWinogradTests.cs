using System.Diagnostics;
using System.Runtime.Intrinsics;
using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Counts;
using MicroExpNet.Inference.EightBit;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Winograd;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Inference;

/// <summary>3×3 convolutions of bytes as tiles of 16-bit integers.</summary>
public sealed class WordWinogradTests
{
    private static readonly Gen<(Model Model, int Seed)> OneConvolution =
        from height in Gen.Int[4, 30]
        from width in Gen.Int[4, 30]
        from channels in Gen.OneOfConst(8, 9, 16, 20, 32, 47)
        from filters in Gen.OneOfConst(8, 11, 16, 20, 32, 40)
        from padding in Gen.Int[0, 2]
        from pools in Gen.Bool
        from zeroPoint in Gen.OneOfConst(0, 1, 100, 255)
        from seed in Gen.Int[0, 10_000]
        select (Describe(new TensorShape(height, width, channels), filters, padding, pools, (byte)zeroPoint, seed), seed);

    [Theory]
    [InlineData(24, 24, 16, 16, false, 4)]
    [InlineData(12, 12, 32, 32, false, 4)]
    [InlineData(6, 6, 80, 80, false, 3)]
    [InlineData(24, 24, 16, 16, true, 4)]
    [InlineData(5, 5, 80, 80, false, null)]
    [InlineData(24, 24, 4, 16, false, null)]
    [InlineData(24, 24, 16, 4, false, null)]
    [InlineData(24, 24, 513, 16, false, null)]
    public void Tiles_are_chosen_where_they_pay(int height, int width, int channels, int filters, bool pools, int? outputs)
    {
        TensorShape input = new(height, width, channels);
        Window window = Window.Square(3, 1);
        Convolution layer = new("conv", Layer.NetworkInput, input, window, Padding.Same(input, window), filters);
        Assert.Equal(outputs, ConvolutionStrategy.ChooseForBytes(layer, pools)?.Outputs);
    }

    // As an application does it: several threads, and collections while they are in the kernels.
    [Fact]
    public void Collections_while_threads_compute_do_no_harm()
    {
        Model floats = RandomModels.Fill(ResidualArchitectures.Residual("small", [16, 32, 80]), seed: 1);
        Model model = QuantizedModels.Of(floats, seed: 1, maxWeight: 63);
        Network network = new(model);
        float[] image = RandomModels.Image(model.Architecture.Input, batch: 1, seed: 1), expected = new float[8];
        network.Run(image, 1, expected);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            float[] actual = new float[8];
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < 1; i++)
            {
                network.Run(image, 1, actual);
                if (i % 50 == 0) GC.Collect();
                Assert.Equal(expected, actual);
            }
        });
    }

    [Fact]
    public void The_input_transforms_are_their_matrices_on_every_width_of_vectors()
    {
        CheckInput<WinogradF43>();
        CheckInput<WordF33>();
    }

    [Fact]
    public void Every_instruction_set_gives_the_same_bytes_and_few_differ_by_one_from_exact_sums()
    {
        long bytes = 0, differ = 0;
        OneConvolution.Sample(
            sample =>
            {
                (Model model, int seed) = sample;
                byte[] image = new byte[model.Architecture.Input.Length];
                new Random(seed).NextBytes(image);
                float[] expected = Exact(model, image), actual = new float[expected.Length];
                foreach (KernelTarget target in KernelTarget.Supported)
                {
                    new Network(model, target).Run(image, 1, actual);
                    for (int i = 0; i < expected.Length; i++) Assert.InRange(Math.Abs(actual[i] - expected[i]), 0, 1);
                }

                float[] plain = [.. actual];
                foreach (KernelTarget target in KernelTarget.Supported)
                {
                    new Network(model, target).Run(image, 1, actual);
                    Assert.Equal(plain, actual);
                }

                Interlocked.Add(ref bytes, expected.Length);
                Interlocked.Add(ref differ, expected.Zip(plain).Count(pair => pair.First != pair.Second));
            },
            iter: 60);
        Assert.True(differ < 0.02 * bytes, $"{differ} of {bytes} differ");
    }

    [Theory]
    [InlineData(512, 127)]
    [InlineData(512, -127)]
    [InlineData(80, 63)]
    public void The_largest_bytes_and_weights_do_not_overflow(int channels, int weight)
    {
        // Checkerboards of 0 and 255 make the values at the points as large as they can be.
        TensorShape shape = new(12, 12, channels);
        Model model = Of(shape, 16, padding: 1, pools: false, zeroPoint: 0, [.. Enumerable.Repeat((sbyte)weight, 9 * channels * 16)], 2000);
        foreach (Func<int, int, int> image in (Func<int, int, int>[])[(_, _) => 255, (y, x) => (y + x) % 2 * 255, (y, _) => y % 2 * 255])
        {
            byte[] bytes = [.. Enumerable.Range(0, shape.Length).Select(i => (byte)image(i / channels / 12, i / channels % 12))];
            float[] expected = Exact(model, bytes), actual = new float[expected.Length];
            foreach (KernelTarget target in KernelTarget.Supported)
            {
                new Network(model, target).Run(bytes, 1, actual);
                for (int i = 0; i < expected.Length; i++) Assert.InRange(Math.Abs(actual[i] - expected[i]), 0, 1);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_residual_network_gives_the_same_bits_everywhere(int seed)
    {
        Model floats = RandomModels.Fill(ResidualArchitectures.Residual("small", [16, 20, 40], 2), seed);
        Model model = QuantizedModels.Of(floats, seed, maxWeight: 63);
        float[] images = RandomModels.Image(model.Architecture.Input, batch: 3, seed), expected = new float[24], logits = new float[24];
        new Network(model, KernelTarget.Supported[^1]).Run(images, 3, expected);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            Network network = new(model, target);
            network.Run(images, 3, logits);
            Assert.Equal(expected, logits);
            network.Run(images.AsSpan(0, images.Length / 3), 1, logits);
            Assert.Equal(expected[..8], logits[..8]);
        }
    }

    [Fact]
    public void Sums_that_32_bits_cannot_hold_are_refused_in_a_line()
    {
        TensorShape shape = new(300, 300, 1);
        Architecture architecture = new ArchitectureBuilder("wide", shape).Flatten("flatten").FullyConnected("out", 2).Build(["a", "b"]);
        Model model = new(
            architecture,
            [null, new LayerParameters([.. Enumerable.Repeat(127f, 90_000 * 2)], new float[2])],
            new ModelCard(),
            new ModelQuantization(new TensorQuantization(1, 0), [new TensorQuantization(1, 0), null], [[], [1, 1]]));
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            ModelFormatException refused = Assert.Throws<ModelFormatException>(() => new Network(model, target));
            Assert.Contains("'wide': sums of layer 'out' can reach 2.9e+9, beyond 32 bits", refused.Message, StringComparison.Ordinal);
        }
    }

    private static void CheckInput<TTile>()
        where TTile : struct, IWordTile
    {
        CheckInput<Vector128Words, Vector128<short>, TTile>();
        CheckInput<PlainWords, short, TTile>();
        if (Avx2Lanes.IsSupported) CheckInput<Vector256Words, Vector256<short>, TTile>();
    }

    private static unsafe void CheckInput<TWords, TVector, TTile>()
        where TWords : struct, IWordLanes<TVector>
        where TVector : unmanaged
        where TTile : struct, IWordTile
    {
        int points = TTile.Nodes.Length + 1, count = TWords.Count;
        Random random = new(3);
        byte* bytes = stackalloc byte[6 * 32];
        short* words = stackalloc short[6 * 16], to = stackalloc short[6 * 16];
        for (int i = 0; i < 6 * 32; i++) bytes[i] = (byte)random.Next(256);
        for (int i = 0; i < 6 * 16; i++) words[i] = (short)random.Next(-2550, 2551);
        TTile.TransformInput<TWords, TVector, One>(bytes, 32, TWords.Broadcast(100), to, count);
        Check(i => bytes[(i / count * 32) + (i % count)] - 100);
        TTile.TransformInput<TWords, TVector, Two>((byte*)words, sizeof(short) * count, TWords.Broadcast(100), to, count);
        Check(i => words[i]);

        void Check(Func<int, int> from)
        {
            for (int i = 0; i < points * count; i++)
            {
                int sum = 0;
                for (int j = 0; j < points; j++) sum += TTile.InputMatrix[(i / count * points) + j] * from((j * count) + (i % count));
                Assert.Equal(sum, to[i]);
            }
        }
    }

    private static Model Describe(TensorShape input, int filters, int padding, bool pools, byte zeroPoint, int seed)
    {
        Random random = new(seed);
        sbyte[] weights = [.. Enumerable.Range(0, 9 * input.Channels * filters).Select(_ => (sbyte)random.Next(-63, 64))];
        return Of(input, filters, padding, pools, zeroPoint, weights, 20 * MathF.Sqrt(9 * input.Channels));
    }

    // A convolution whose bytes, less 128, are the model's outputs.
    private static Model Of(TensorShape input, int filters, int padding, bool pools, byte zeroPoint, sbyte[] weights, float step)
    {
        Window window = Window.Square(3, 1);
        Padding around = new(padding, padding, padding, padding);
        List<Layer> layers = [new Convolution("conv", Layer.NetworkInput, input, window, around, filters)];
        Window two = Window.Square(2, 2);
        if (pools) layers.Add(new MaxPool("pool", 0, layers[0].OutputShape, two, Padding.Same(layers[0].OutputShape, two)));
        layers.Add(new Flatten("flatten", layers.Count - 1, layers[^1].OutputShape));
        layers.Add(new Clip("floats", layers.Count - 1, layers[^1].OutputShape, -1000, 1000));
        int outputs = layers[^1].OutputShape.Length;
        TensorQuantization output = new(1, 128);
        return new Model(
            new Architecture("one", input, layers, Enumerable.Range(0, outputs).Select(i => $"{i}")),
            [new LayerParameters([.. weights.Select(weight => weight / step)], [.. Enumerable.Range(0, filters).Select(i => (float)i)]),
                .. new LayerParameters?[layers.Count - 1]],
            new ModelCard { PixelScale = 1, PixelOffset = -zeroPoint },
            new ModelQuantization(
                new TensorQuantization(1, zeroPoint),
                [.. Enumerable.Repeat<TensorQuantization?>(output, layers.Count - 1), null],
                [[.. Enumerable.Repeat(1 / step, filters)], .. Enumerable.Repeat(Array.Empty<float>(), layers.Count - 1)]));
    }

    // The definition of the convolution, in integers, rounded as a byte.
    private static float[] Exact(Model model, byte[] image)
    {
        Convolution layer = (Convolution)model.Architecture.Layers[0];
        TensorShape input = layer.InputShape, output = layer.OutputShape;
        int zero = model.Quantization![Layer.NetworkInput]!.Value.ZeroPoint, filters = output.Channels;
        float scale = model.Quantization.WeightScales(0)[0];
        sbyte[] weights = model.Quantization.Weights(0, model.Parameters[0]!);
        float[] values = new float[output.Length];
        for (int i = 0; i < values.Length; i++)
        {
            long sum = 0;
            int filter = i % filters, x = i / filters % output.Width, y = i / filters / output.Width;
            for (int tap = 0; tap < 9; tap++)
            {
                int row = y + (tap / 3) - layer.Padding.Top, column = x + (tap % 3) - layer.Padding.Left;
                if (row < 0 || row >= input.Height || column < 0 || column >= input.Width) continue;
                for (int channel = 0; channel < input.Channels; channel++)
                {
                    sum += weights[(((tap * input.Channels) + channel) * filters) + filter]
                        * (image[(((row * input.Width) + column) * input.Channels) + channel] - zero);
                }
            }

            double bias = Math.Round(filter / (double)scale);
            values[i] = (float)Math.Clamp(Math.Round((sum + bias) * scale), -128, 127);
        }

        if (model.Architecture.Layers[1] is not MaxPool pool) return values;
        TensorShape small = pool.OutputShape;
        return [.. Enumerable.Range(0, small.Length).Select(i =>
        {
            int channel = i % filters, x = i / filters % small.Width, y = i / filters / small.Width;
            float max = float.MinValue;
            for (int row = 2 * y; row < Math.Min((2 * y) + 2, output.Height); row++)
            {
                for (int column = 2 * x; column < Math.Min((2 * x) + 2, output.Width); column++)
                {
                    max = Math.Max(max, values[(((row * output.Width) + column) * filters) + channel]);
                }
            }

            return max;
        })];
    }
}
