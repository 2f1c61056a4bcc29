using System.Diagnostics;
using MicroExpNet.Architectures;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

/// <summary>
/// Files made to take much time or memory, or to give no numbers: reading costs a few times the file, or ends in one line.
/// </summary>
public class HostileModelTests
{
    private static GraphFile Input => new GraphFile().Input("x", -1, 1, 8, 8);

    [Fact]
    public void A_constant_that_a_thousand_layers_share_is_refused_before_it_takes_memory()
    {
        GraphFile file = Input.Floats("w", [512, 1, 8, 8]).Floats("m", [512, 512]).Node("Conv", ["x", "w"], "c")
            .Node("Flatten", ["c"], "v0");
        for (int i = 0; i < 1000; i++) file.Node("MatMul", [$"v{i}", "m"], $"v{i + 1}");
        AssertRefusedCheaply(file.Output("v1000", -1, 512), "16 times the file's size");
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Relu")]
    public void A_small_constant_over_many_features_is_refused_before_it_takes_memory(string before)
    {
        GraphFile file = new GraphFile().Input("x", -1, 1, 4096, 4096).Value("one", 1f).Node("Flatten", ["x"], "f")
            .Node("Relu", ["f"], "v0");
        for (int i = 0; i < 20; i++)
        {
            file.Node(before == "Relu" ? "Relu" : "Identity", [$"v{i}"], $"r{i}").Node("Add", [$"r{i}", "one"], $"v{i + 1}");
        }

        AssertRefusedCheaply(file.Output("v20", -1, 4096 * 4096), "16 times the file's size");
    }

    [Fact]
    public void Constants_computed_from_constants_are_counted()
    {
        GraphFile file = Input.Integers("n", 65_536).Node("ConstantOfShape", ["n"], "c0");
        for (int i = 0; i < 5000; i++) file.Node("Add", [$"c{i}", $"c{i}"], $"c{i + 1}");
        AssertRefusedCheaply(file.Node("Flatten", ["x"], "y").Output("y", -1, 64), "16 times the file's size");
    }

    [Theory]
    [InlineData("labels")]
    [InlineData("class_frequencies")]
    public void Lists_of_millions_in_the_card_are_refused(string key) => AssertRefusedCheaply(
        Input.Metadata(key, new string(',', 30_000_000)).Node("Flatten", ["x"], "y")
            .Output("y", -1, 64), $"'{key}' has 30000000 characters");

    [Fact]
    public void Constants_of_no_values_and_huge_axes_are_refused_before_they_take_memory()
    {
        AssertRefusedCheaply(
            Input.Floats("none", [0, 2_000_000_000]).Integers("a", 0).Integers("b", 1).Node("Slice", ["none", "a", "b"], "y")
                .Output("y", -1, 64),
            "only small constants can be sliced");
        foreach (string type in (string[])["Transpose", "Slice"])
        {
            AssertRefusedCheaply(
                Input.Integers("shape", 2_147_483_629, 4_049_596_863_820_871_141).Value("one", 1f).Integers("a", 0).Integers("b", 1)
                    .Node("Reshape", ["one", "shape"], "r").Node(type, type == "Slice" ? ["r", "a", "b"] : ["r"], "y")
                    .Output("y", -1, 64),
                "it reshapes a constant of shape");
        }
    }

    [Fact]
    public void Shapes_that_are_legal_elsewhere_are_refused_in_one_line()
    {
        Assert.Contains(
            "its input 'x' is []", Refusal(new GraphFile().Input("x").Node("Relu", ["x"], "y").Output("y")), StringComparison.Ordinal);
        foreach ((long[] first, long[] second) in ((long[], long[])[])[([1], [0]), ([0], [1]), ([1, 1], [5]), ([5], [1, 1])])
        {
            GraphFile file = Input.Floats("a", first).Floats("b", second).Node("Add", ["a", "b"], "c").Node("Add", ["x", "c"], "s")
                .Node("Flatten", ["s"], "y").Output("y", -1, 64);
            Assert.NotEmpty(Refusal(file));
        }
    }

    [Fact]
    public void An_image_of_classes_is_refused() => AssertRefusedCheaply(
        new GraphFile().Input("x", -1, 1, 4096, 4096).Node("Flatten", ["x"], "y")
            .Output("y", -1, 4096 * 4096), "expected at most 65536 classes");

    [Fact]
    public void Many_nodes_of_one_name_are_read_in_linear_time()
    {
        GraphFile file = Input.Node("Flatten", ["x"], "v0");
        for (int i = 0; i < 60_000; i++) file.Named("relu", "Relu", [$"v{i}"], $"v{i + 1}");
        byte[] bytes = file.Output("v60000", -1, 64).ToBytes();
        Stopwatch watch = Stopwatch.StartNew();
        Model model = Model.Load(new MemoryStream(bytes));
        Assert.Equal("relu_60000", model.Architecture.Layers[^1].Name);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void More_nodes_than_a_tiny_network_has_are_refused()
    {
        GraphFile file = Input.Node("Flatten", ["x"], "v");
        for (int i = 0; i < 300_000; i++) file.Named("r", "Relu", ["v"], "v");
        AssertRefusedCheaply(file.Output("v", -1, 64), "more than 262144 nodes");
    }

    [Fact]
    public void Reading_can_be_cancelled()
    {
        byte[] file = Input.Node("Flatten", ["x"], "y").Output("y", -1, 64).ToBytes();
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Model.Load(new MemoryStream(file), source.Token));
    }

    [Theory]
    [InlineData("alpha", float.NaN)]
    [InlineData("alpha", float.PositiveInfinity)]
    [InlineData("beta", float.NaN)]
    [InlineData("beta", 3e38f)]
    public void Factors_that_leave_no_finite_weights_are_refused(string name, float value) => Assert.Contains("finite", Refusal(
        Input.Floats("w", [64, 3]).Value("b", 2f).Node("Flatten", ["x"], "f").Value("big", 100f)
            .Floats("w2", [3, 3]).Constant("huge", [3], 1e10f)
            .Node("Gemm", ["f", "w", "huge"], "y", (name, value)).Output("y", -1, 3)), StringComparison.Ordinal);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Weights_that_are_no_numbers_are_refused(float value)
    {
        Assert.Contains("finite", Refusal(Input.Constant("w", [1, 1, 8, 8], value).Node("Conv", ["x", "w"], "c")
            .Node("Flatten", ["c"], "y").Output("y", -1, 1)), StringComparison.Ordinal);
        Assert.Contains("finite", Refusal(Input.Constant("k", [1, 1, 1], value).Node("Add", ["x", "k"], "c").Node("Flatten", ["c"], "y")
            .Output("y", -1, 64)), StringComparison.Ordinal);
    }

    [Fact]
    public void Normalization_that_overflows_is_refused() => Assert.Contains("finite", Refusal(
        Input.Constant("g", [1], 1e30f).Constant("b", [1], 0f).Constant("m", [1], 0f).Constant("v", [1], 1e-30f)
            .Node("BatchNormalization", ["x", "g", "b", "m", "v"], "n", ("epsilon", 0f)).Node("Flatten", ["n"], "y")
            .Output("y", -1, 64)), StringComparison.Ordinal);

    [Theory]
    [InlineData("pixel_scale", "3e38")]
    [InlineData("pixel_offset", "-1e30")]
    [InlineData("pixel_scale", "NaN")]
    [InlineData("class_frequencies", "NaN")]
    [InlineData("face_size", "5000x20")]
    public void A_card_that_makes_no_numbers_is_refused(string key, string value) =>
        Assert.Contains(key.Replace('_', ' ').Split(' ')[0], Refusal(
        Input.Metadata(key, value).Floats("w", [1, 1, 8, 8]).Node("Conv", ["x", "w"], "c").Node("Flatten", ["c"], "y")
            .Output("y", -1, 1)), StringComparison.Ordinal);

    [Theory]
    [InlineData("rgb", 1)]
    [InlineData("bgr", 4)]
    public void A_card_of_colour_for_a_network_of_other_channels_is_refused(string format, int channels)
    {
        Assert.Contains(
            $"its card says colour, its network reads {channels} channel",
            Refusal(new GraphFile().Input("x", -1, channels, 8, 8).Metadata("pixel_format", format)
                .Node("GlobalAveragePool", ["x"], "g").Node("Flatten", ["g"], "y").Output("y", -1, channels)),
            StringComparison.Ordinal);
        Architecture architecture = new ArchitectureBuilder("a", new TensorShape(8, 8, channels)).Flatten("f").FullyConnected("y", 2)
            .Build(["a", "b"]);
        Model model = RandomModels.Fill(architecture, 1).WithCard(
            new ModelCard { InputFormat = format == "rgb" ? PixelFormat.Rgb24 : PixelFormat.Bgr24 });
        Assert.Throws<ModelFormatException>(() => model.Save(new MemoryStream()));
    }

    [Fact]
    public void A_model_of_no_numbers_is_not_saved()
    {
        Architecture architecture = new ArchitectureBuilder(
            "a", new TensorShape(8, 8, 1)).Flatten("f").FullyConnected("y", 2).Build(["a", "b"]);
        foreach (float value in (float[])[float.NaN, float.PositiveInfinity])
        {
            Model model = new(architecture, [null, new LayerParameters([.. Enumerable.Repeat(value, 128)], [0, 0])], new ModelCard());
            ModelFormatException e = Assert.Throws<ModelFormatException>(() => model.Save(new MemoryStream()));
            Assert.Contains("'y'", e.Message, StringComparison.Ordinal);
            Model card = new(architecture, [null, new LayerParameters(new float[128], [0, 0])], new ModelCard { PixelScale = value });
            Assert.Throws<ModelFormatException>(() => card.Save(new MemoryStream()));
        }
    }

    [Fact]
    public void Names_and_lists_of_any_length_are_cut_in_messages()
    {
        string name = new('n', 5_000_000);
        Assert.InRange(Refusal(Input.Named(name, "LSTM", ["x"], "y").Output("y")).Length, 1, 1000);
        Assert.InRange(Refusal(Input.Named("n", name, ["x"], "y").Output("y")).Length, 1, 1000);
        Assert.InRange(Refusal(Input.Node("Relu", [name], "y").Output("y")).Length, 1, 300);
        string message = Refusal(Input.Floats("w", [1, 1, 3, 3]).Node("Conv", ["x", "w"], "y", ("pads", new long[1_000_000])).Output("y"));
        Assert.Contains("1000000 in all", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 1, 300);
    }

    [Theory]
    [InlineData("microexpnet-1", 8)]
    [InlineData("microexpnet-2", 8)]
    [InlineData("microexpnet-3", 8)]
    [InlineData("microexpnet-tiny", 8)]
    [InlineData("facedetector-2", 8)]
    [InlineData("faceverifier-2", 2)]
    public void Models_of_the_library_are_loaded_by_name(string name, int labels)
    {
        Model model = Model.Load(name);
        Assert.Equal(labels, model.Architecture.Labels.Length);
        Assert.Equal(name, model.Architecture.Name);
        Assert.Throws<FileNotFoundException>(() => Model.Load($"{name}0"));
    }

    private static string Refusal(GraphFile file)
    {
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => Model.Load(new MemoryStream(file.ToBytes())));
        Assert.DoesNotContain('\n', e.Message);
        return e.Message;
    }

    private static void AssertRefusedCheaply(GraphFile file, string why)
    {
        byte[] bytes = file.ToBytes();

        // Of this thread: others run other tests.
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => Model.Load(new MemoryStream(bytes)));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (100L * bytes.Length) + (64 << 20));
    }
}
