using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

public class OnnxRoundTripTests
{
    [Fact]
    public void Writing_reading_and_writing_gives_the_same_bytes() => RandomModels.Any.Sample(
        model =>
        {
            byte[] first = OnnxRuntime.ToBytes(model);
            Model read = Model.Load(new MemoryStream(first));
            Assert.Equal(first, OnnxRuntime.ToBytes(read));
        },
        iter: 300);

    [Fact]
    public void Onnx_runtime_gives_the_same_logits_for_any_network_on_every_instruction_set() => RandomModels.Any.Sample(
        model =>
        {
            float[] images = RandomModels.Image(model.Architecture.Input, batch: 2, seed: 1);
            float[] expected = OnnxRuntime.Run(model, images, 2);
            foreach (KernelTarget target in KernelTarget.Supported)
            {
                float[] actual = new float[expected.Length];
                new Network(model, target).Run(images, 2, actual);
                double difference = OnnxRuntime.Difference(expected, actual);
                Assert.True(
                    difference < 1e-4,
                    $"{target}: {difference:0.0e+0} of the largest logit, {string.Join(
                        ", "
                        + "", model.Architecture.Layers.Select(l => $"{l.Name} {l.Kind} {l.Settings} {l.OutputShape}"))}");
            }
        },
        iter: 300);

    [Theory]
    [InlineData("v", 1)]
    [InlineData("p1", 4)]
    [InlineData("p2", 8)]
    [InlineData("p12", 1)]
    [InlineData("p12", 16)]
    public void The_candidates_run_alike_in_onnx_runtime_and_survive_the_file(string name, int squeeze)
    {
        Model model = RandomModels.Fill(OriginalArchitectures.Candidate(name, squeeze), seed: squeeze);
        float[] images = RandomModels.Image(model.Architecture.Input, batch: 3, seed: 7);
        float[] logits = new float[24];
        new Network(model).Run(images, 3, logits);
        Assert.True(OnnxRuntime.Difference(OnnxRuntime.Run(model, images, 3), logits) < 1e-4);
        Model read = Model.Load(new MemoryStream(OnnxRuntime.ToBytes(model)));
        Assert.Equal<Layer>(model.Architecture.Layers, read.Architecture.Layers);
        Assert.Equal(model.Architecture.Labels, read.Architecture.Labels);
        Assert.Equal($"{name}-s{squeeze}", read.Architecture.Name);
    }

    [Fact]
    public void The_card_travels_with_the_file()
    {
        ModelCard card = new()
        {
            PixelScale = 1f / 255,
            PixelOffset = -0.5f,
            FaceCrop = FaceCrop.Original,
            Description = "a test, with \"quotes\" and ümlauts",
            TrainingData = "none",
            License = "MIT",
            Source = "here",
            Scores = "accuracy 12.5%",
            Antialias = true,
            Leveling = 0.3f,
            MirrorMean = true,
            ClassFrequencies = [0.5f, 0.25f, 0.25f],
            Other = new ModelCard().Other.Add("somebody", "else"),
        };
        Architecture architecture = OriginalArchitectures.Candidate("p12", 16, labels: ["a, b", "c\"d", "é"]);
        Model read = Model.Load(new MemoryStream(OnnxRuntime.ToBytes(RandomModels.Fill(architecture, 1, card))));
        Assert.Equal(card, read.Card);
        Assert.Equal(architecture.Labels, read.Architecture.Labels);
    }

    [Fact]
    public void Saving_over_a_model_replaces_it_whole_and_leaves_nothing_beside_it()
    {
        string folder = Directory.CreateTempSubdirectory("mexp").FullName;
        string path = Path.Combine(folder, "model.onnx");
        RandomModels.Fill(OriginalArchitectures.Candidate("v", 1), 1).Save(path);
        Model small = RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 2);
        small.Save(path);
        Assert.Equal(OnnxRuntime.ToBytes(small), File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder));
        Directory.Delete(folder, recursive: true);
    }
}
