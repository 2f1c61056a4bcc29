using MicroExpNet.Architectures;
using MicroExpNet.Imaging;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests;

/// <summary>What a card says of a face's preparation beyond its crop: antialiasing, levelling, the mean of both mirror images.</summary>
public sealed class FacePreparationTests
{
    [Theory]
    [InlineData(0.1, 20, 1)]
    [InlineData(0.5, 64, 0.5)]
    [InlineData(1, 0, 0.25)]
    [InlineData(0.02, 3, 0.5)]
    public void Levelling_moves_mean_and_deviation_part_of_the_way(double contrast, double brightness, double level)
    {
        byte[] crop = new byte[(48 * 48) + 7];
        new Random(3).NextBytes(crop);
        for (int i = 0; i < crop.Length; i++) crop[i] = (byte)((crop[i] * contrast) + brightness);
        (float scale, float offset) = CropLeveling.Apply(crop, (float)level, 1, 0);
        (double mean, double deviation) = Moments([.. crop.Select(pixel => (double)pixel)]);
        (double newMean, double newDeviation) = Moments([.. crop.Select(pixel => (double)((pixel * scale) + offset))]);
        Assert.Equal(mean + (level * (128 - mean)), newMean, 0.01);
        double gain = Math.Min(58 / deviation, 8);
        Assert.Equal(deviation * (1 + (level * (gain - 1))), newDeviation, 0.01);

        // The network's own scaling comes after it.
        (float both, float shift) = CropLeveling.Apply(crop, (float)level, 0.25f, -3);
        Assert.Equal((((200 * scale) + offset) * 0.25f) - 3, (200 * both) + shift, 1e-3f);
    }

    [Fact]
    public void A_large_crop_is_summed_exactly_and_one_without_contrast_stays_finite()
    {
        byte[] white = [.. Enumerable.Repeat((byte)255, 3_000_000)];
        (float scale, float offset) = CropLeveling.Apply(white, 0.5f, 1, 0);
        Assert.Equal(191.5f, (255 * scale) + offset, 0.01f);
        Assert.True(float.IsFinite(scale));
    }

    [Fact]
    public void The_originals_way_has_the_same_bits_as_before()
    {
        Model model = MakeModel(new ModelCard { PixelScale = 1 / 64f, PixelOffset = -2 });
        Network network = new(model);
        byte[] crops = Crops(5);
        float[] expected = new float[5 * 3], actual = new float[5 * 3];
        network.Run(crops, 5, expected);
        network.RunFaces(crops, 5, actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void The_mean_of_both_mirror_images_is_the_same_for_a_face_and_its_mirror_image()
    {
        Network plain = new(MakeModel(new ModelCard { PixelScale = 1 / 64f })),
            mean = new(MakeModel(new ModelCard { PixelScale = 1 / 64f, MirrorMean = true }));
        byte[] crops = Crops(7), mirrored = new byte[crops.Length];
        for (int i = 0; i < crops.Length; i++) mirrored[i] = crops[(i / 24 * 24) + 23 - (i % 24)];
        float[] one = new float[21], other = new float[21], both = new float[21], again = new float[21];
        plain.Run(crops, 7, one);
        plain.Run(mirrored, 7, other);
        mean.RunFaces(crops, 7, both);
        mean.RunFaces(mirrored, 7, again);
        for (int i = 0; i < 21; i++) Assert.Equal((one[i] + other[i]) / 2, both[i], 1e-6f);
        Assert.Equal(both, again);
    }

    [Fact]
    public void Pixels_in_colour_are_mirrored_whole()
    {
        byte[] row = [1, 2, 3, 4, 5, 6, 7, 8, 9], mirrored = new byte[9];
        MirrorImage.Fill(row, 3, 3, mirrored);
        Assert.Equal<byte>([7, 8, 9, 4, 5, 6, 1, 2, 3], mirrored);
    }

    [Fact]
    public void A_dark_face_is_read_as_the_bright_one_where_the_card_levels_all_the_way()
    {
        Network network = new(MakeModel(new ModelCard { PixelScale = 1 / 64f, PixelOffset = -2, Leveling = 1 }));
        byte[] bright = Crops(1), dark = [.. bright.Select(pixel => (byte)(pixel / 3))];
        for (int i = 0; i < bright.Length; i++) bright[i] = (byte)(dark[i] * 3);
        float[] expected = new float[3], actual = new float[3];
        network.RunFaces(bright, 1, expected);
        network.RunFaces(dark, 1, actual);
        for (int i = 0; i < 3; i++) Assert.Equal(expected[i], actual[i], 1e-3f);
    }

    [Fact]
    public void A_classifier_obeys_the_card_and_allocates_nothing()
    {
        Model model = MakeModel(new ModelCard { PixelScale = 1 / 64f, Antialias = true, Leveling = 0.5f, MirrorMean = true });
        FaceClassifier classifier = new(model);
        byte[] face = new byte[100 * 90], crop = new byte[24 * 24];
        new Random(5).NextBytes(face);
        TriangleResize.ResizeWindow(new ImageView(face, 100, 90), 24, 24, new FaceBox(0, 0, 24, 24), crop);
        float[] scores = new float[3], expected = new float[3];
        classifier.Classify(new ImageView(face, 100, 90), scores);
        classifier.ClassifyCrop(crop, expected);
        Assert.Equal(expected, scores);
        float[] logits = new float[3];
        classifier.Network.RunFaces(crop, 1, logits);
        double sum = logits.Sum(logit => Math.Exp(logit));
        for (int i = 0; i < 3; i++) Assert.Equal(Math.Exp(logits[i]) / sum, expected[i], 1e-5);

        // A collection in between may trim the pool, which then grows back; a warm round allocates nothing.
        Assert.Contains(0, Enumerable.Range(0, 10).Select(_ => Allocated()));

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++) classifier.Classify(new ImageView(face, 100, 90), scores);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    public void A_leveling_out_of_range_is_not_saved(float leveling) => Assert.Contains(
        "its leveling is",
            Assert.Throws<ModelFormatException>(() => OnnxRuntime.ToBytes(MakeModel(new ModelCard { Leveling = leveling }))).Message,
        StringComparison.Ordinal);

    private static (double Mean, double Deviation) Moments(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }

    private static byte[] Crops(int count)
    {
        byte[] crops = new byte[count * 24 * 24];
        new Random(9).NextBytes(crops);
        return crops;
    }

    private static Model MakeModel(ModelCard card) =>
        RandomModels.Fill(OriginalArchitectures.MicroExpNet(24, 24, ["bored", "focused", "tired"]), 7, card);
}
