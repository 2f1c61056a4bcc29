using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

public class QuantizedModelTests
{
    private static readonly Gen<Model> AnyQuantized = Gen.Select(
        RandomModels.Any, Gen.Int[0, 1000], Gen.OneOfConst(63, 127)).Select((model, seed, most) => QuantizedModels.Of(model, seed, most));

    [Fact]
    public void Onnx_runtime_agrees_to_the_rounding_for_any_network_on_every_instruction_set() => AnyQuantized.Sample(
        model =>
        {
            float[] images = RandomModels.Image(model.Architecture.Input, batch: 2, seed: 1);
            float[] expected = OnnxRuntime.Run(model, images, 2);
            foreach (KernelTarget target in KernelTarget.Supported)
            {
                float[] actual = new float[expected.Length];
                new Network(model, target).Run(images, 2, actual);

                // Steps are coarse here, and where a float lies in the middle between two of them its last bit decides.
                double difference = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), magnitude = Math.Max(1, expected.Max(Math.Abs));
                Assert.True(
                    difference < 0.1 * magnitude,
                    $"{target}: {difference:0.0e+0} of {magnitude:0.0}, {string.Join(
                        ", "
                        + "", model.Architecture.Layers.Select(l => $"{l.Name} {l.Kind} {l.Settings} {l.OutputShape}"))}");
            }
        },
        iter: 300);

    [Theory]
    [InlineData("v", 1)]
    [InlineData("p1", 4)]
    [InlineData("p2", 8)]
    [InlineData("p12", 16)]
    public void The_candidates_give_onnx_runtime_s_logits_on_every_instruction_set(string name, int squeeze)
    {
        ModelCard card = new() { PixelScale = 2f / 255, PixelOffset = -127 * (2f / 255) };
        Model model = QuantizedModels.Of(
            RandomModels.Fill(OriginalArchitectures.Candidate(name, squeeze), squeeze, card), squeeze, maxWeight: 63);
        float[] images = [.. RandomModels.Image(model.Architecture.Input, batch: 3, seed: 7)], expected = OnnxRuntime.Run(model, images, 3),
            logits = new float[24];
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            new Network(model, target).Run(images, 3, logits);
            Assert.True(OnnxRuntime.Difference(expected, logits) < 1e-5, $"{target}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_residual_network_gives_onnx_runtime_s_logits_to_the_rounding(int seed)
    {
        Model floats = RandomModels.Fill(ResidualArchitectures.Residual("small", [16, 20, 40], 2), seed);
        Model model = QuantizedModels.Of(floats, seed, maxWeight: 63);
        float[] images = RandomModels.Image(model.Architecture.Input, batch: 3, seed), logits = new float[24];
        new Network(model).Run(images, 3, logits);
        Assert.True(OnnxRuntime.Difference(OnnxRuntime.Run(model, images, 3), logits) < 0.1);
    }

    [Fact]
    public void Writing_reading_and_writing_gives_the_same_bytes() => AnyQuantized.Sample(
        model =>
        {
            byte[] first = OnnxRuntime.ToBytes(model);
            Model read = Model.Load(new MemoryStream(first));
            Assert.NotNull(read.Quantization);
            Assert.Equal(first, OnnxRuntime.ToBytes(read));
        },
        iter: 300);

    [Fact]
    public void A_prior_keeps_a_model_in_8_bits()
    {
        ModelCard card = new() { ClassFrequencies = [.. Enumerable.Repeat(0.125f, 7), 0.125f] };
        Model model = QuantizedModels.Of(
            RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 3, card), 3, 63).WithPrior(ClassPrior.Uniform);
        Assert.NotNull(model.Quantization);
    }

    [Fact]
    public void Signed_bytes_and_weights_with_one_scale_of_another_exporter_are_read()
    {
        GraphFile file = new GraphFile()
            .Input("x", -1, 2, 9, 9)
            .Value("xs", 0.02f).Bytes("xz", 3, [], -5).Node(
                "QuantizeLinear", ["x", "xs", "xz"], "xq").Node("DequantizeLinear", ["xq", "xs", "xz"], "xd")
            .Bytes("w", 3, [4, 2, 3, 3]).Value("ws", 0.01f).Node("DequantizeLinear", ["w", "ws"], "wd")
            .Node("Conv", ["xd", "wd"], "c", ("pads", (long[])[1, 1, 1, 1]))
            .Node("Relu", ["c"], "r")
            .Value("rs", 0.03f).Bytes("rz", 2, [], 0).Node(
                "QuantizeLinear", ["r", "rs", "rz"], "rq").Node("DequantizeLinear", ["rq", "rs", "rz"], "rd")
            .Node("Flatten", ["rd"], "f")
            .Bytes("v", 3, [5, 4 * 9 * 9]).Floats("vs", [5], positive: true).Node("DequantizeLinear", ["v", "vs"], "vd", ("axis", 0L))
            .Node("Gemm", ["f", "vd"], "y", ("transB", 1L))
            .Output("y", -1, 5);
        byte[] bytes = file.ToBytes();
        Model model = Model.Load(new MemoryStream(bytes));
        float[] images = RandomModels.Image(model.Architecture.Input, 1, 4);
        float[] expected = OnnxRuntime.Run(
            bytes, OnnxRuntime.ToChannelsFirst(images, model.Architecture.Input, 1), [1, 2, 9, 9]), actual = new float[5];
        new Network(model).Run(images, 1, actual);
        Assert.Equal(new TensorQuantization(0.02f, 123), model.Quantization![Layer.NetworkInput]);
        Assert.True(OnnxRuntime.Difference(expected, actual) < 0.01);
    }

    [Fact]
    public void Quantised_weights_behind_floats_are_refused()
    {
        GraphFile file = new GraphFile()
            .Input("x", -1, 1, 9, 9)
            .Bytes("w", 3, [4, 1, 9, 9]).Value("ws", 0.01f).Node("DequantizeLinear", ["w", "ws"], "wd")
            .Node("Conv", ["x", "wd"], "c").Node("Flatten", ["c"], "y").Output("y", -1, 4);
        ModelFormatException refused = Assert.Throws<ModelFormatException>(() => Model.Load(new MemoryStream(file.ToBytes())));
        Assert.Contains("has quantised weights, but what it reads is not quantised", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_with_a_zero_point_are_refused()
    {
        GraphFile file = new GraphFile()
            .Input("x", -1, 1, 9, 9)
            .Bytes("w", 3, [4, 1, 9, 9]).Value("ws", 0.01f).Bytes("wz", 3, [], 7).Node("DequantizeLinear", ["w", "ws", "wz"], "wd")
            .Node("Conv", ["x", "wd"], "c").Node("Flatten", ["c"], "y").Output("y", -1, 4);
        ModelFormatException refused = Assert.Throws<ModelFormatException>(() => Model.Load(new MemoryStream(file.ToBytes())));
        Assert.Contains("the zero point of weights must be 0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_factor_behind_quantised_weights_is_refused_rather_than_rounded_into_them()
    {
        GraphFile file = new GraphFile()
            .Input("x", -1, 1, 9, 9)
            .Value("xs", 0.02f).Bytes("xz", 2, [], 100).Node(
                "QuantizeLinear", ["x", "xs", "xz"], "xq").Node("DequantizeLinear", ["xq", "xs", "xz"], "xd")
            .Bytes("w", 3, [4, 1, 9, 9]).Value("ws", 0.01f).Node("DequantizeLinear", ["w", "ws"], "wd")
            .Floats("g", [4]).Floats("b", [4]).Floats("m", [4]).Floats("v", [4], positive: true)
            .Node("Conv", ["xd", "wd"], "c").Node(
                "BatchNormalization", ["c", "g", "b", "m", "v"], "n").Node("Flatten", ["n"], "y").Output("y", -1, 4);
        ModelFormatException refused = Assert.Throws<ModelFormatException>(() => Model.Load(new MemoryStream(file.ToBytes())));
        Assert.Contains("has 0 scales of weights; expected 4", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-100L)]
    [InlineData(100L)]
    public void The_axis_of_a_single_scale_means_nothing(long axis)
    {
        GraphFile file = new GraphFile()
            .Input("x", -1, 1, 9, 9)
            .Value("xs", 0.02f).Bytes("xz", 2, [], 100).Node(
                "QuantizeLinear", ["x", "xs", "xz"], "xq").Node("DequantizeLinear", ["xq", "xs", "xz"], "xd")
            .Bytes("w", 3, [4, 1, 9, 9]).Value("ws", 0.01f).Node("DequantizeLinear", ["w", "ws"], "wd", ("axis", axis))
            .Node("Conv", ["xd", "wd"], "c").Node("Flatten", ["c"], "y").Output("y", -1, 4);
        Assert.Equal(Enumerable.Repeat(0.01f, 4), Model.Load(new MemoryStream(file.ToBytes())).Quantization!.WeightScales(0));
    }

    [Fact]
    public void A_file_with_changed_bytes_is_a_model_or_told_in_a_line()
    {
        byte[] whole = OnnxRuntime.ToBytes(
            QuantizedModels.Of(RandomModels.Fill(OriginalArchitectures.Candidate("p12", 16), 1), 1, maxWeight: 63));
        Random random = new(3);
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = [.. whole];

            // Weights may hold anything; what is around them is at the beginning and the end.
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                changed[random.Next(2) == 0 ? random.Next(3000) : changed.Length - 1 - random.Next(3000)] = (byte)random.Next(256);
            }

            try
            {
                Model model = Model.Load(new MemoryStream(changed));
                if (model.Architecture.Input.Length < 10_000)
                {
                    new Network(model).Run(new byte[model.Architecture.Input.Length], 1, new float[model.Architecture.Output.Length]);
                }
            }
            catch (ModelFormatException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }
}
