using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Inference.Winograd;
using MicroExpNet.Models;
using MicroExpNet.Tests.Models;

namespace MicroExpNet.Tests.Inference;

/// <summary>Convolutions as tiles against the definition of a convolution in float64, on every instruction set of this processor.</summary>
public class WinogradConvolutionTests
{
    private static readonly Gen<Model> OneConvolution =
        from height in Gen.Int[5, 40]
        from width in Gen.Int[5, 40]
        from channels in Gen.OneOfConst(1, 2, 3, 5, 8, 16, 24, 32)
        from filters in Gen.OneOfConst(1, 3, 8, 16, 20, 32, 40)
        from stride in Gen.Int[1, 4]
        from size in Gen.Int[Math.Max(2, stride), 4 * stride]
        from shift in Gen.Int[0, 3]
        from after in Gen.Int[0, 7]
        from seed in Gen.Int[0, 1000]
        where size <= Math.Min(height, width)
        let input = new TensorShape(height, width, channels)
        let window = Window.Square(size, stride)
        select RandomModels.Fill(Describe(input, window, PaddingOf(input, window, shift), filters, after), seed);

    [Theory]
    // The paper's two convolutions, the residual network's, and those of larger, fully convolutional networks.
    [InlineData(84, 84, 1, 8, 2, 16, true, 4, 4)]
    [InlineData(21, 21, 16, 4, 2, 32, true, 4, 2)]
    [InlineData(24, 24, 16, 3, 1, 16, false, 4, 3)]
    [InlineData(24, 24, 16, 3, 2, 32, false, 4, 2)]
    [InlineData(12, 12, 32, 3, 1, 32, false, 4, 3)]
    [InlineData(12, 12, 32, 3, 2, 80, false, 3, 2)]
    [InlineData(6, 6, 80, 3, 1, 80, false, 3, 3)]
    [InlineData(53, 80, 32, 3, 1, 32, false, 4, 3)]
    [InlineData(101, 107, 1, 8, 4, 32, false, 4, 2)]
    [InlineData(50, 67, 3, 5, 2, 32, false, 4, 3)]
    public void The_shapes_of_known_networks_are_done_as_tiles_and_meet_the_definition(
        int height, int width, int channels, int size, int stride, int filters, bool pools, int outputs, int taps)
    {
        TensorShape input = new(height, width, channels);
        Window window = Window.Square(size, stride);
        Model model = RandomModels.Fill(Describe(input, window, Padding.Same(input, window), filters, pools ? 2 : 0), size);
        Convolution layer = (Convolution)model.Architecture.Layers[0];
        foreach (int lanes in (int[])[8, 16])
        {
            WinogradGeometry? tiles = ConvolutionStrategy.Choose(layer, lanes, pools);
            Assert.Equal((outputs, taps), (tiles?.Outputs, tiles?.Taps));
        }

        Check(model, 1e-5);
    }

    [Fact]
    public void Any_size_stride_padding_and_number_of_channels_meets_the_definition() =>
        OneConvolution.Sample(model => Check(model, Tolerance(model.Architecture.Layers[0])), iter: 150);

    [Fact]
    public void Every_tile_has_one_number_and_those_whose_last_outputs_are_needed_follow_one_another()
    {
        WinogradTileAlgorithm<WinogradF42> algorithm = new();
        for (int height = 1; height <= 13; height++)
        {
            for (int width = 1; width <= 13; width++)
            {
                Convolution layer = new(
                    "conv", Layer.NetworkInput, new TensorShape(height, width, 16), Window.Square(2, 1), new Padding(0, 0, 1, 1), 16);
                foreach (bool inRows in (bool[])[false, true]) CheckNumbers(new WinogradGeometry(layer, algorithm, inRows));
            }
        }
    }

    private static void CheckNumbers(WinogradGeometry tiles)
    {
        HashSet<(int Row, int Column)> seen = [];
        for (int tile = 0; tile < tiles.TilesX * tiles.TilesY; tile++)
        {
            tiles.Locate(tile, out int row, out int column);
            Assert.InRange(row, 0, tiles.TilesY - 1);
            Assert.InRange(column, 0, tiles.TilesX - 1);
            Assert.True(seen.Add((row, column)));
            if (tiles.InRows) Assert.Equal(tile, (row * tiles.TilesX) + column);
            bool lastRow = (row + 1) * tiles.Outputs <= tiles.Layer.OutputShape.Height;
            bool lastColumn = (column + 1) * tiles.Outputs <= tiles.Layer.OutputShape.Width;
            Assert.Equal(lastRow, tile < tiles.LastRowEnd);
            Assert.Equal(lastColumn || tiles.InRows, tile >= tiles.LastColumnStart && tile < tiles.LastColumnEnd);
        }
    }

    [Fact]
    public void An_image_s_answer_does_not_depend_on_the_image_before()
    {
        Model model = RandomModels.Fill(OriginalArchitectures.MicroExpNet(), 5);
        float[] image = RandomModels.Image(model.Architecture.Input, 1, 6), before = new float[image.Length];
        Array.Fill(before, float.NaN);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            float[] expected = Run(new Network(model, target), image);
            Network network = new(model, target);
            Run(network, before);
            Assert.Equal(expected, Run(network, image));
        }
    }

    [Theory]
    [InlineData("v")]
    [InlineData("p1")]
    [InlineData("p2")]
    [InlineData("p12")]
    public void Logits_of_every_candidate_and_squeeze_coefficient_meet_float64(string candidate)
    {
        foreach (int squeeze in (int[])[1, 4, 8, 16])
        {
            CheckLogits(RandomModels.Fill(OriginalArchitectures.Candidate(candidate, squeeze), squeeze), 0, 255);
        }
    }

    [Theory]
    [InlineData("microexpnet-1")]
    [InlineData("microexpnet-2")]
    public void Logits_of_the_shipped_models_meet_float64(string name)
    {
        Model model = Model.Load(ReferenceData.Repository($"models/{name}.onnx"));
        CheckLogits(model, model.Card.PixelOffset, (255 * model.Card.PixelScale) + model.Card.PixelOffset);
    }

    private static void CheckLogits(Model model, float minimum, float maximum)
    {
        for (int seed = 0; seed < 2; seed++)
        {
            float[] image = RandomModels.Image(model.Architecture.Input, 1, seed);
            for (int i = 0; i < image.Length; i++) image[i] = minimum + ((maximum - minimum) * (image[i] + 1) / 2);
            double[] expected = DoubleReference.Run(model, image);
            foreach (KernelTarget target in KernelTarget.Supported)
            {
                double difference = DoubleReference.Difference(expected, Run(new Network(model, target), image));
                Assert.True(difference < 2e-5, $"{model.Architecture.Name} on {target}: {difference:0.0e+0} of the largest logit");
            }
        }
    }

    // Rounding errors grow with the root of the number of products in a sum: 1e-5 for a few, 5.5e-5 for the largest window drawn.
    private static double Tolerance(Layer layer) => 1e-5 + (5e-7 * Math.Sqrt((double)layer.WeightCount / layer.OutputShape.Channels));

    private static void Check(Model model, double tolerance)
    {
        float[] image = RandomModels.Image(model.Architecture.Input, 1, 1);
        double[] expected = DoubleReference.Run(model, image);

        // A few sums may all be small by chance, or what a ReLU leaves of them; rounding errors are as large as ever.
        double magnitude = Math.Max(expected.Max(Math.Abs), MagnitudeOfSum(model, image));
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            float[] actual = Run(new Network(model, target), image);
            Assert.All(actual, value => Assert.True(float.IsFinite(value)));
            double difference = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / magnitude;
            IEnumerable<string> kinds = model.Architecture.Layers.Select(layer => $"{layer.Kind} {layer.Settings} {layer.OutputShape}");
            string layers = string.Join(", ", kinds);
            Assert.True(difference < tolerance, $"{target}: {difference:0.0e+0}, {model.Architecture.Input} {layers}");
        }
    }

    // The root of the mean square of the first convolution's sums, were their products independent.
    private static double MagnitudeOfSum(Model model, float[] image) =>
        Math.Sqrt(
            model.Parameters[0]!.Weights.Sum(weight => (double)weight * weight) / model.Architecture.Layers[0].OutputShape.Channels
            * image.Average(value => (double)value * value));

    private static float[] Run(Network network, float[] image)
    {
        float[] output = new float[network.Model.Architecture.Labels.Length];
        network.Run(image, 1, output);
        return output;
    }

    // What comes after the convolution. 0: nothing; 1: a ReLU; 2: a ReLU and a pool; 3: a pool; 4 and 5: another convolution, the sum of
    // the two in either order, and a ReLU; 6 and 7: as 2 and 3, with a pool that ignores an odd last row and column.
    private static Architecture Describe(TensorShape input, Window window, Padding padding, int filters, int after)
    {
        List<Layer> layers = [new Convolution("conv", Layer.NetworkInput, input, window, padding, filters)];
        TensorShape shape = layers[0].OutputShape;
        if (after is 1 or 2 or 6) layers.Add(new Relu("relu", 0, shape));
        Window two = Window.Square(2, 2);
        if (after is 2 or 3) layers.Add(new MaxPool("pool", layers.Count - 1, shape, two, Padding.Same(shape, two)));
        bool hasWindow = shape is { Height: > 1, Width: > 1 };
        if (after is 6 or 7 && hasWindow) layers.Add(new MaxPool("pool", layers.Count - 1, shape, two, default));
        if (after is 4 or 5)
        {
            layers.Add(new Convolution("again", 0, shape, Window.Square(3, 1), Padding.Same(shape, Window.Square(3, 1)), filters));
            layers.Add(new Add("sum", after - 4, 5 - after, shape, shape));
            layers.Add(new Relu("relu", 2, shape));
        }

        layers.Add(new Flatten("flatten", layers.Count - 1, layers[^1].OutputShape));
        return new Architecture("one", input, layers, Enumerable.Range(0, layers[^1].OutputShape.Length).Select(i => $"{i}"));
    }

    // TensorFlow's padding, or some that lies otherwise.
    private static Padding PaddingOf(TensorShape input, Window window, int shift) =>
        shift == 0 ? Padding.Same(input, window) : new Padding(window.Height - 1, shift % window.Width, shift / 2 % window.Height, 0);
}
