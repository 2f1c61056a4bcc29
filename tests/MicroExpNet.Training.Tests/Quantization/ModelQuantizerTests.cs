using System.Text;
using MicroExpNet.Architectures;
using MicroExpNet.Models;
using MicroExpNet.Tests;
using MicroExpNet.Training.DataSets;
using MicroExpNet.Training.Evaluation;
using MicroExpNet.Training.Quantization;
using Microsoft.ML.OnnxRuntime;

namespace MicroExpNet.Training.Tests.Quantization;

public class ModelQuantizerTests
{
    private const int Faces = 1024;

    [Fact]
    public void The_paper_s_network_loses_less_than_a_third_of_a_point()
    {
        Model model = Model.Load(ReferenceData.Repository("models/microexpnet-1.onnx"));
        FaceDataSet all = FaceDataSet.Load(
            ReferenceData.Path("data/ferplus-train.zip"), new DataSetOptions { Votes = VoteRule.Any },
            TestContext.Current.CancellationToken);
        FaceDataSet spread = all.Select(all.Name, Enumerable.Range(0, Faces).Select(i => (int)((long)i * all.Samples.Length / Faces)));
        byte[] images = PreparedFaces.Prepare(spread, model.Architecture.Input, model.Card).Pixels(0, Faces).ToArray();
        Model quantized = new ModelQuantizer(model, images).Quantize(cancellationToken: TestContext.Current.CancellationToken);

        FaceDataSet validation = FaceDataSet.Load(
            ReferenceData.Path("data/ferplus-valid.zip"), cancellationToken: TestContext.Current.CancellationToken);
        double before = new ModelEvaluation(model, validation)
            .Evaluate(ClassPrior.Natural).Accuracy, after = new ModelEvaluation(quantized, validation)
            .Evaluate(ClassPrior.Natural).Accuracy;
        Assert.True(after > before - 0.003, $"{before:0.00%} became {after:0.00%}");
        Assert.InRange(Size(quantized), 1, 0.28 * Size(model));
    }

    [Fact]
    public void Onnx_runtime_computes_every_layer_of_the_file_in_integers()
    {
        Model model = Noise(ResidualArchitectures.Residual("small", [8, 16]), 1);
        Model quantized = new ModelQuantizer(model, Images(model, 20)).Quantize(cancellationToken: TestContext.Current.CancellationToken);
        using MemoryStream file = new();
        quantized.Save(file);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.onnx");
        using SessionOptions options = new() { OptimizedModelFilePath = path, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using InferenceSession session = new(file.ToArray(), options);
        byte[] optimised = File.ReadAllBytes(path);
        File.Delete(path);
        string[] floats = ["Conv", "FusedConv", "Add", "Gemm", "FusedGemm", "Relu", "GlobalAveragePool"];
        Assert.DoesNotContain(floats, Has);
        Assert.All(["QLinearConv", "QLinearAdd", "QGemm"], name => Assert.True(Has(name), name));

        // A node's operator is its field 4, a string.
        bool Has(string name) => optimised.AsSpan().IndexOf((byte[])[0x22, (byte)name.Length, .. Encoding.ASCII.GetBytes(name)]) >= 0;
    }

    [Fact]
    public void A_filter_that_is_all_but_dead_keeps_its_bias()
    {
        Model model = Noise(OriginalArchitectures.MicroExpNet(), 1);
        LayerParameters[] parameters = [.. model.Parameters.Select(own => own!)];
        float[] weights = [.. parameters[0].Weights], biases = [.. parameters[0].Biases];
        for (int i = 0; i < weights.Length; i += biases.Length) weights[i] *= 1e-20f;
        biases[0] = 2;
        parameters[0] = new LayerParameters(weights, biases);
        Model quantized = new ModelQuantizer(new Model(model.Architecture, parameters, model.Card), Images(model, 20))
            .Quantize(cancellationToken: TestContext.Current.CancellationToken);
        int bias = quantized.Quantization!.Biases(0, Layer.NetworkInput, quantized.Parameters[0]!)[0];
        float scale = quantized.Quantization[Layer.NetworkInput]!.Value.Scale * quantized.Quantization.WeightScales(0)[0];
        Assert.Equal(2, bias * (double)scale, 0.1);
        Assert.NotNull(new Network(quantized));
    }

    [Fact]
    public void Weights_are_whole_multiples_of_their_channel_s_step()
    {
        Model model = Noise(OriginalArchitectures.MicroExpNet(), 1);
        Model quantized = new ModelQuantizer(model, Images(model, 40)).Quantize(cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < model.Architecture.Layers.Length; i++)
        {
            if (quantized.Parameters[i] is not { } parameters) continue;
            int channels = model.Architecture.Layers[i].OutputShape.Channels;
            for (int j = 0; j < parameters.Weights.Length; j++)
            {
                double steps = parameters.Weights[j] / quantized.Quantization!.WeightScales(i)[j % channels];
                Assert.Equal(Math.Round(steps), steps, 1e-3);
                Assert.InRange(steps, -63.001, 63.001);
            }
        }
    }

    [Fact]
    public void Each_layer_s_mean_output_stays_that_of_the_float_model()
    {
        Model model = Noise(OriginalArchitectures.MicroExpNet(), 2);
        byte[] images = Images(model, 60);
        Model quantized = new ModelQuantizer(model, images).Quantize(cancellationToken: TestContext.Current.CancellationToken);
        double[] before = Means(model, images), after = Means(quantized, images);
        double spread = before.Max() - before.Min();
        for (int i = 0; i < before.Length; i++) Assert.Equal(before[i], after[i], 0.01 * spread);
    }

    [Fact]
    public void Pixels_around_a_middle_between_two_grey_values_are_moved_to_a_whole_zero_point()
    {
        ModelCard card = new() { PixelScale = 1 / 64f, PixelOffset = -127.5f / 64 };
        Model model = Noise(OriginalArchitectures.MicroExpNet(), 3, card);
        Model quantized = new ModelQuantizer(model, Images(model, 20)).Quantize(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(new TensorQuantization(1 / 64f, 127), quantized.Quantization![Layer.NetworkInput]);
        Assert.Equal(-127f / 64, quantized.Card.PixelOffset);
    }

    [Fact]
    public void A_model_in_8_bits_is_not_quantised_again()
    {
        Model model = Noise(OriginalArchitectures.MicroExpNet(), 4);
        byte[] images = Images(model, 8);
        Model quantized = new ModelQuantizer(model, images).Quantize(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains(
            "computes in 8 bits already", Assert.Throws<ArgumentException>(() => new ModelQuantizer(quantized, images)).Message,
            StringComparison.Ordinal);
    }

    private static Model Noise(Architecture architecture, int seed, ModelCard? card = null)
    {
        Random random = new(seed);
        return new Model(
            architecture,
            architecture.Layers.Select(
            layer => layer.ParameterCount == 0
            ? null
            : new LayerParameters(Values(layer.WeightCount, layer), Values(layer.BiasCount, layer))), card
            ?? new ModelCard { PixelScale = 1 / 128f });

        float[] Values(long count, Layer layer) =>
            [.. Enumerable.Range(0, (int)count)
            .Select(_ => (random.NextSingle() - 0.5f) * 3 / MathF.Sqrt(layer.WeightCount / layer.OutputShape.Channels))];
    }

    private static byte[] Images(Model model, int count)
    {
        byte[] images = new byte[count * model.Architecture.Input.Length];
        new Random(9).NextBytes(images);
        return images;
    }

    private static double[] Means(Model model, byte[] images)
    {
        int count = images.Length / model.Architecture.Input.Length, classes = model.Architecture.Output.Length;
        float[] logits = new float[count * classes];
        new Network(model).Run(images, count, logits);
        return [.. Enumerable.Range(0, classes).Select(c => Enumerable.Range(0, count).Average(i => (double)logits[(i * classes) + c]))];
    }

    private static long Size(Model model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        return stream.Length;
    }
}
