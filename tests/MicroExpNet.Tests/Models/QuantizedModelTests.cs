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
