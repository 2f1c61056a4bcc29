using MicroExpNet.Architectures;
using MicroExpNet.Checkpoints;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Inference;

/// <summary>The released checkpoints against an independent implementation in float64.</summary>
public class ReferenceForwardTests
{
    private static readonly int[] FirstThree = [0, 1, 33];

    [Theory]
    [InlineData("CK")]
    [InlineData("OuluCASIA")]
    public void Every_layer_meets_the_reference_on_every_instruction_set(string checkpoint)
    {
        Model model = Import(checkpoint);
        Check("conv1", FirstThree);
        Check("pool1", FirstThree);
        Check("conv2", FirstThree);
        Check("pool2", null);
        Check("fc1", null, upTo: "relu3");
        Check("logits", null);

        void Check(string layer, int[]? inputs, string? upTo = null)
        {
            ReadOnlySpan<float> expected = ReferenceData.Numpy($"forward_{checkpoint}_{layer}_f32").Floats;
            Model cut = UpTo(model, upTo ?? layer);
            foreach (KernelTarget target in KernelTarget.Supported)
            {
                double difference = OnnxRuntime.Difference(expected, Run(new Network(cut, target), inputs));
                Assert.True(difference < 1e-4, $"{layer} on {target}: {difference:0.0e+0} of the largest magnitude");
            }
        }
    }

    [Theory]
    [InlineData("CK")]
    [InlineData("OuluCASIA")]
    public void Probabilities_meet_the_reference_after_a_round_trip_through_the_model_file(string checkpoint)
    {
        using MemoryStream file = new(OnnxRuntime.ToBytes(Import(checkpoint)));
        ExpressionRecognizer recognizer = ExpressionRecognizer.Load(file);
        NumpyFile inputs = ReferenceData.Numpy("forward_input_u8");
        ReadOnlySpan<float> expected = ReferenceData.Numpy($"forward_{checkpoint}_probabilities_f32").Floats;
        ExpressionScores[] results = new ExpressionScores[inputs.Shape[0]];
        recognizer.Recognize(inputs.Bytes, results.Length, results);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], results[i / 8][(Expression)(i % 8)], 1e-4f);
    }

    [Fact]
    public void The_sample_s_crop_has_the_probabilities_of_the_original_script()
    {
        using FileStream json = File.OpenRead(ReferenceData.Path("reference/preprocess_astronaut.json"));
        System.Text.Json.JsonElement probabilities = System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("probabilities");
        foreach (string checkpoint in (string[])["CK", "OuluCASIA"])
        {
            ExpressionRecognizer recognizer = new(Import(checkpoint));
            foreach (string view in (string[])["face", "whole"])
            {
                ExpressionScores scores = recognizer.Recognize(ReferenceData.Numpy($"preprocess_astronaut_{view}_u8").Bytes, 84, 84, 84);
                System.Text.Json.JsonElement known = probabilities.GetProperty($"{checkpoint}_{view}");
                float[] expected = [.. known.EnumerateArray().Select(value => value.GetSingle())];
                for (int i = 0; i < 8; i++) Assert.Equal(expected[i], scores[(Expression)i], 1e-4f);
            }
        }
    }

    private static Model Import(string checkpoint) => CheckpointImporter.Import(ReferenceData.Path($"seed-models/{checkpoint}")).Model;

    private static Model UpTo(Model model, string layer)
    {
        int count = model.Architecture.Layers.Select(l => l.Name).ToList().IndexOf(layer) + 1;
        Layer[] layers = [.. model.Architecture.Layers.Take(count)];
        IEnumerable<string> labels = Enumerable.Range(0, layers[^1].OutputShape.Length).Select(i => $"{i}");
        return new Model(new Architecture("cut", model.Architecture.Input, layers, labels), model.Parameters.Take(count), model.Card);
    }

    private static float[] Run(Network network, int[]? inputs)
    {
        NumpyFile images = ReferenceData.Numpy("forward_input_u8");
        int classes = network.Model.Architecture.Labels.Length;
        inputs ??= [.. Enumerable.Range(0, images.Shape[0])];
        float[] outputs = new float[inputs.Length * classes];
        for (int i = 0; i < inputs.Length; i++)
        {
            network.Run(images.Bytes.Slice(inputs[i] * 7056, 7056), 1, outputs.AsSpan(i * classes, classes));
        }
        return outputs;
    }
}
