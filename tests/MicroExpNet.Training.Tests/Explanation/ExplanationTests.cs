using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Models;
using MicroExpNet.Tests;
using MicroExpNet.Training.Explanation;
using MicroExpNet.Vision;

namespace MicroExpNet.Training.Tests.Explanation;

public sealed class ExplanationTests
{
    private const int Side = 24;

    // The face of the portrait.
    private static readonly DetectedFace Face = new(new FaceBox(171, 67, 103, 103));

    // The axiom of completeness (Sundararajan et al., 2017): the log-odds come from the engine, which has no gradients.
    [Theory]
    [InlineData("microexpnet-1", 0)]
    [InlineData("microexpnet-1", 5)]
    [InlineData("microexpnet-2", 5)]
    public void Integrated_gradients_add_up_to_the_difference_of_the_log_odds(string name, int index)
    {
        Model model = Model.Load(ReferenceData.Repository($"models/{name}.onnx"));
        FaceClassifier classifier = new(model);
        byte[] crop = Crop(classifier);
        float[] blurred = IntegratedGradients.Blur(crop, model.Architecture.Input);
        double difference = OddsOf(classifier.Network, crop, [.. crop.Select(value => (float)value)], index)
            - OddsOf(classifier.Network, crop, blurred, index);
        float[] map = new IntegratedGradients(model).Compute(crop, index);
        Assert.Equal(model.Architecture.Input.Height * model.Architecture.Input.Width, map.Length);
        Assert.Equal(difference, map.Sum(value => (double)value), Math.Max(0.05, Math.Abs(difference) * 0.03));
    }

    // Of a linear network, the gradient is its weights.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_a_linear_network_a_pixel_has_its_weight_times_its_difference(bool isMirrored)
    {
        Random random = new(3);
        float[] weights = [.. Enumerable.Range(0, Side * Side * 2).Select(_ => random.NextSingle() - 0.5f)];
        Model model = Linear(weights, new ModelCard { PixelScale = 0.25f, PixelOffset = -3, MirrorMean = isMirrored });
        byte[] crop = new byte[Side * Side];
        random.NextBytes(crop);
        float[] blurred = IntegratedGradients.Blur(crop, model.Architecture.Input);
        float[] map = new IntegratedGradients(model).Compute(crop, 1);
        for (int i = 0; i < crop.Length; i++)
        {
            int mirror = (i / Side * Side) + Side - 1 - (i % Side);
            float own = weights[(i * 2) + 1] - weights[i * 2], other = weights[(mirror * 2) + 1] - weights[mirror * 2];
            float weight = isMirrored ? (own + other) / 2 : own;
            Assert.Equal(weight * 0.25f * (crop[i] - blurred[i]), map[i], 1e-3f);
        }
    }

    [Fact]
    public void Only_patches_over_the_one_pixel_that_counts_change_anything()
    {
        const int Counted = (10 * Side) + 12;
        float[] weights = new float[Side * Side * 2];
        weights[(Counted * 2) + 1] = 1;
        byte[] crop = new byte[Side * Side];
        new Random(4).NextBytes(crop);
        crop[Counted] = byte.MaxValue;
        float[] map = OcclusionMap.Compute(new Network(Linear(weights, new ModelCard())), crop, 1);
        for (int i = 0; i < map.Length; i++)
        {
            // A patch is a fifth of the side.
            bool isNear = Math.Abs((i / Side) - 10) < Side / 5 + 1 && Math.Abs((i % Side) - 12) < Side / 5 + 1;
            if (!isNear) Assert.Equal(0, map[i]);
        }

        // Covering it takes its distance from the mean of its patch, which is 255 minus about 127.
        Assert.InRange(map[Counted], 60, 200);
    }

    [Fact]
    public void Both_maps_are_nought_where_all_pixels_around_are_the_same()
    {
        Model model = Model.Load(ReferenceData.Repository("models/microexpnet-1.onnx"));
        FaceClassifier classifier = new(model);
        byte[] crop = Crop(classifier);
        (int height, int width) = (classifier.InputHeight, classifier.InputWidth);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width / 2; x++) crop[(y * width) + x] = 100;
        }

        float[] covered = OcclusionMap.Compute(classifier.Network, crop, 5);
        float[] gradients = new IntegratedGradients(model).Compute(crop, 5);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < (width / 2) - (width / 4); x++)
            {
                Assert.Equal(0, covered[(y * width) + x]);
                Assert.Equal(0, gradients[(y * width) + x]);
            }
        }

        Assert.Contains(covered, value => value != 0);
        Assert.Contains(gradients, value => value != 0);
    }

    [Fact]
    public void Covering_the_mouth_takes_the_smile_away()
    {
        FaceClassifier classifier = new(Model.Load(ReferenceData.Repository("models/microexpnet-2.onnx")));
        byte[] crop = Crop(classifier), without = [.. crop], other = [.. crop];
        (int height, int width) = (classifier.InputHeight, classifier.InputWidth);
        Fill(without, 0.25, 0.62, 0.5, 0.3);
        Fill(other, 0.25, 0.0, 0.5, 0.3);
        float[] probabilities = [.. new[] { crop, without, other }.Select(one => classifier.Classify(one, 1)[0]["happy"])];
        Assert.True(probabilities[0] > 0.95 && probabilities[1] < 0.5 && probabilities[2] > 0.9, string.Join(", ", probabilities));

        // The map says so too: what speaks most for the smile lies in the part that was covered.
        float[] map = OcclusionMap.Compute(classifier.Network, crop, (int)Expression.Happy);
        float lower = 0, whole = 0;
        for (int i = 0; i < map.Length; i++)
        {
            whole += Math.Max(0, map[i]);
            if (i / width > height * 0.55) lower += Math.Max(0, map[i]);
        }

        Assert.True(lower > 0.5 * whole, $"{lower} of {whole}");

        void Fill(byte[] pixels, double left, double top, double across, double down)
        {
            int sum = 0, count = 0;
            for (int pass = 0; pass < 2; pass++)
            {
                for (int y = (int)(top * height); y < (top + down) * height; y++)
                {
                    for (int x = (int)(left * width); x < (left + across) * width; x++)
                    {
                        if (pass == 0) (sum, count) = (sum + pixels[(y * width) + x], count + 1);
                        else pixels[(y * width) + x] = (byte)(sum / count);
                    }
                }
            }
        }
    }

    private static byte[] Crop(FaceClassifier classifier)
    {
        using Photo photo = Photo.Load(ReferenceData.Repository("samples/astronaut.png"));
        byte[] crop = new byte[classifier.Cropper.Length];
        classifier.Cropper.CutInput(photo, Face, crop);
        return crop;
    }

    private static double OddsOf(Network network, byte[] crop, float[] pixels, int index)
    {
        ModelCard card = network.Model.Card;
        (float scale, float offset) = (card.PixelScale, card.PixelOffset);
        if (card.Leveling != 0) (scale, offset) = CropLeveling.Apply(crop, card.Leveling, scale, offset);
        TensorShape input = network.Model.Architecture.Input;
        float[] own = new float[network.Model.Architecture.Labels.Length], other = new float[own.Length];
        float[] scaled = [.. pixels.Select(value => (value * scale) + offset)];
        network.Run(scaled, 1, own);
        float[] mirrored = [.. Enumerable.Range(0, scaled.Length).Select(
            i => scaled[(i / input.Width * input.Width) + input.Width - 1 - (i % input.Width)])];
        network.Run(mirrored, 1, other);
        double[] logits = [.. own.Select((logit, i) => card.MirrorMean ? ((double)logit + other[i]) / 2 : logit)];
        return logits[index] - Math.Log(logits.Where((_, i) => i != index).Sum(Math.Exp));
    }

    private static Model Linear(float[] weights, ModelCard card)
    {
        Architecture architecture = new ArchitectureBuilder("linear", new TensorShape(Side, Side, 1)).Flatten("flatten")
            .FullyConnected("logits", 2).Build(["no", "yes"]);
        return new Model(architecture, [null, new LayerParameters(weights, new float[2])], card);
    }
}
