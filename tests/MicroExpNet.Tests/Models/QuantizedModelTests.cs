using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Inference;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

public class QuantizedModelTests
{
    private static readonly Gen<Model> AnyQuantized = Gen.Select(RandomModels.Any, Gen.Int[0, 1000], Gen.OneOfConst(63, 127)).Select((model, seed, most) => QuantizedModels.Of(model, seed, most));

    [Fact]
    public void Onnx_runtime_agrees_to_the_rounding_for_any_network_on_every_instruction_set() => AnyQuantized.Sample(
        model =>
        {
            float[] images = RandomModels.Image(model.Architecture.Input, batch: 2, seed: 1);
            float[] expected = OnnxRuntime.Run(model, images, 2);
            foreach (InstructionSet set in PlanCompiler.Supported)
            {
                float[] actual = new float[expected.Length];
                new Network(model, set).Run(images, 2, actual);

                // Steps are coarse here, and where a float lies in the middle between two of them its last bit decides.
                double difference = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), magnitude = Math.Max(1, expected.Max(Math.Abs));
                Assert.True(difference < 0.1 * magnitude, $"{set}: {difference:0.0e+0} of {magnitude:0.0}, {string.Join(", ", model.Architecture.Layers.Select(l => $"{l.Name} {l.Kind} {l.Settings} {l.OutputShape}"))}");
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
        Model model = QuantizedModels.Of(RandomModels.Fill(OriginalArchitectures.Candidate(name, squeeze), squeeze, card), squeeze, maxWeight: 63);
        float[] images = [.. RandomModels.Image(model.Architecture.Input, batch: 3, seed: 7)], expected = OnnxRuntime.Run(model, images, 3), logits = new float[24];
        foreach (InstructionSet set in PlanCompiler.Supported)
        {
            new Network(model, set).Run(images, 3, logits);
            Assert.True(OnnxRuntime.Difference(expected, logits) < 1e-5, $"{set}");
        }
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

    [Theory]
    [InlineData(127)]
    [InlineData(-127)]
    [InlineData(63)]
    public void The_largest_bytes_and_weights_sum_up_exactly(int weight)
    {
        // 8×8 places of 16 channels, all 255 steps of 1, times weights all alike: sums far beyond 16 bits.
        TensorShape shape = new(16, 16, 16);
        Architecture architecture = new ArchitectureBuilder("sums", shape).PaddedConvolution("conv", 8, 1, 33, padding: 0).Flatten("flatten").FullyConnected("out", 2).Build(["a", "b"]);
        Model model = new(
            architecture,
            [new LayerParameters([.. Enumerable.Repeat((float)weight, 8 * 8 * 16 * 33)], new float[33]), null, new LayerParameters([.. Enumerable.Repeat(1f, 81 * 33 * 2)], new float[2])],
            new ModelCard(),
            new ModelQuantization(new TensorQuantization(1, 0), [new TensorQuantization(2000, 128), new TensorQuantization(2000, 128), null], [[.. Enumerable.Repeat(1f, 33)], [], [1, 1]]));
        byte[] images = [.. Enumerable.Repeat((byte)255, shape.Length)];
        float quantized = MathF.Max(-128, MathF.Min(127, MathF.Round(8 * 8 * 16 * 255 * weight / 2000f)));
        foreach (InstructionSet set in PlanCompiler.Supported)
        {
            float[] logits = new float[2];
            new Network(model, set).Run(images, 1, logits);
            Assert.Equal(81 * 33 * 2000 * quantized, logits[0]);
        }
    }

    [Fact]
    public void Bytes_and_floats_of_the_same_image_give_the_same_logits()
    {
        Model model = RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 3, new ModelCard { PixelScale = 2f / 255, PixelOffset = -127 * (2f / 255) });
        Model quantized = QuantizedModels.Of(model, 3, 63);
        byte[] bytes = [.. Enumerable.Range(0, 84 * 84).Select(i => (byte)(i * 7))];
        float[] floats = [.. bytes.Select(pixel => (pixel * model.Card.PixelScale) + model.Card.PixelOffset)], fromBytes = new float[8], fromFloats = new float[8];
        Network network = new(quantized);
        network.Run(bytes, 1, fromBytes);
        network.Run(floats, 1, fromFloats);
        Assert.Equal(fromBytes, fromFloats);
    }

    [Fact]
    public void A_prior_keeps_a_model_in_8_bits()
    {
        ModelCard card = new() { ClassFrequencies = [.. Enumerable.Repeat(0.125f, 7), 0.125f] };
        Model model = QuantizedModels.Of(RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 3, card), 3, 63).WithPrior(ClassPrior.Uniform);
        Assert.NotNull(model.Quantization);
    }

    [Fact]
    public void Signed_bytes_and_weights_with_one_scale_of_another_exporter_are_read()
    {
        GraphFile file = new GraphFile()
            .Input("x", -1, 2, 9, 9)
            .Value("xs", 0.02f).Bytes("xz", 3, [], -5).Node("QuantizeLinear", ["x", "xs", "xz"], "xq").Node("DequantizeLinear", ["xq", "xs", "xz"], "xd")
            .Bytes("w", 3, [4, 2, 3, 3]).Value("ws", 0.01f).Node("DequantizeLinear", ["w", "ws"], "wd")
            .Node("Conv", ["xd", "wd"], "c", ("pads", (long[])[1, 1, 1, 1]))
            .Node("Relu", ["c"], "r")
            .Value("rs", 0.03f).Bytes("rz", 2, [], 0).Node("QuantizeLinear", ["r", "rs", "rz"], "rq").Node("DequantizeLinear", ["rq", "rs", "rz"], "rd")
            .Node("Flatten", ["rd"], "f")
            .Bytes("v", 3, [5, 4 * 9 * 9]).Floats("vs", [5], positive: true).Node("DequantizeLinear", ["v", "vs"], "vd", ("axis", 0L))
            .Node("Gemm", ["f", "vd"], "y", ("transB", 1L))
            .Output("y", -1, 5);
        byte[] bytes = file.ToBytes();
        Model model = Model.Load(new MemoryStream(bytes));
        float[] images = RandomModels.Image(model.Architecture.Input, 1, 4);
        float[] expected = OnnxRuntime.Run(bytes, OnnxRuntime.ToChannelsFirst(images, model.Architecture.Input, 1), [1, 2, 9, 9]), actual = new float[5];
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
}
