using CsCheck;
using MicroExpNet.Architectures;
using MicroExpNet.Inference.Lanes;
using MicroExpNet.Models;

namespace MicroExpNet.Tests.Models;

/// <summary>Files that other exporters write: ONNX Runtime says what they compute.</summary>
public class ForeignOnnxTests
{
    private static GraphFile ImageInput(int operatorSet = 17, int channels = 1) =>
        new GraphFile(operatorSet).Input("x", -1, channels, 12, 10);

    [Fact]
    public void Batch_normalization_behind_a_convolution_is_folded_into_it() => SameAsOnnxRuntime(
        ImageInput()
            .Floats("w", [6, 1, 3, 3]).Floats("g", [6]).Floats("b", [6]).Floats("m", [6]).Floats("v", [6], positive: true)
            .Node("Conv", ["x", "w"], "c", ("pads", (long[])[1, 1, 1, 1]), ("strides", (long[])[2, 1]))
            .Node("BatchNormalization", ["c", "g", "b", "m", "v"], "n", ("epsilon", 1e-3f))
            .Node("Relu", ["n"], "r")
            .Node("GlobalAveragePool", ["r"], "p")
            .Node("Flatten", ["p"], "y")
            .Output("y", -1, 6),
        layers: 4);

    [Fact]
    public void Batch_normalization_that_cannot_be_folded_becomes_a_layer() => SameAsOnnxRuntime(
        ImageInput(channels: 3)
            .Floats("g", [3]).Floats("b", [3]).Floats("m", [3]).Floats("v", [3], positive: true).Floats("w", [5, 3, 3, 3])
            .Node("BatchNormalization", ["x", "g", "b", "m", "v"], "n")
            .Node("Conv", ["n", "w"], "c", ("auto_pad", "SAME_LOWER"), ("strides", (long[])[2, 2]))
            .Node("Flatten", ["c"], "f")
            .Floats("g2", [5 * 6 * 5]).Floats("b2", [5 * 6 * 5]).Floats("m2", [5 * 6 * 5]).Floats("v2", [5 * 6 * 5], positive: true)
            .Floats("w2", [5 * 6 * 5, 4])
            .Node("BatchNormalization", ["f", "g2", "b2", "m2", "v2"], "n2")
            .Node("MatMul", ["n2", "w2"], "y")
            .Output("y", -1, 4),
        layers: 5);

    [Fact]
    public void A_value_that_two_layers_read_is_not_folded() => SameAsOnnxRuntime(
        ImageInput()
            .Floats("w", [4, 1, 3, 3]).Floats("k", [4, 1, 1])
            .Node("Conv", ["x", "w"], "c")
            .Node("Add", ["c", "k"], "s")
            .Node("Add", ["s", "c"], "d")
            .Node("Identity", ["d"], "i")
            .Node("GlobalAveragePool", ["i"], "p")
            .Node("Flatten", ["p"], "y")
            .Output("y", -1, 4),
        layers: 5);

    [Fact]
    public void A_tensorflow_graph_with_channels_last_is_read() => SameAsOnnxRuntime(
        new GraphFile(13)
            .Input("x", -1, 12, 10, 1)
            .Floats("w", [6, 1, 3, 3]).Floats("cb", [6]).Integers("flat", -1, 6 * 5 * 6).Floats("fw", [6 * 5 * 6, 8]).Floats("fb", [8])
            .Node("Transpose", ["x"], "t", ("perm", (long[])[0, 3, 1, 2]))
            .Node("Conv", ["t", "w", "cb"], "c", ("auto_pad", "SAME_UPPER"))
            .Node("Relu", ["c"], "r")
            .Node("MaxPool", ["r"], "m", ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]), ("auto_pad", "SAME_UPPER"))
            .Node("Transpose", ["m"], "l", ("perm", (long[])[0, 2, 3, 1]))
            .Node("Reshape", ["l", "flat"], "f")
            .Node("MatMul", ["f", "fw"], "mm")
            .Node("Add", ["mm", "fb"], "y")
            .Output("y", -1, 8),
        layers: 5,
        channelsLast: true);

    [Fact]
    public void A_flat_input_that_is_reshaped_to_an_image_is_an_image() => SameAsOnnxRuntime(
        new GraphFile()
            .Input("x", -1, 120)
            .Integers("image", -1, 12, 10, 1).Integers("first", -1, 1, 12, 10).Floats("w", [2, 1, 3, 3]).Integers("flat", 0, -1)
            .Floats("fw", [160, 3])
            .Node("Reshape", ["x", "image"], "i")
            .Node("Reshape", ["i", "first"], "t")
            .Node("Conv", ["t", "w"], "c")
            .Node("Reshape", ["c", "flat"], "f")
            .Node("MatMul", ["f", "fw"], "y")
            .Output("y", -1, 3),
        layers: 3,
        flat: true);

    [Fact]
    public void Pytorch_s_gemm_clip_and_pools_are_read() => SameAsOnnxRuntime(
        ImageInput(13, channels: 2)
            .Floats("w", [8, 1, 3, 3]).Floats("wb", [8]).Value("zero", 0).Value("six", 6).Floats("fw", [5, 8 * 4 * 3]).Floats("fb", [5])
            .Node(
                "Conv", ["x", "w", "wb"], "c", ("group", 2L), ("pads", (long[])[1, 1, 1, 1]), ("dilations", (long[])[1, 1]),
                ("kernel_shape", (long[])[3, 3]))
            .Node("Clip", ["c", "zero", "six"], "r")
            .Node(
                "AveragePool", ["r"], "a", ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]),
                ("count_include_pad", 1L))
            .Node(
                "MaxPool", ["a"], "m", ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[2, 2]), ("ceil_mode", 1L),
                ("pads", (long[])[1, 0, 1, 0]))
            .Node("Flatten", ["m"], "f")
            .Node("Gemm", ["f", "fw", "fb"], "y", ("transB", 1L), ("alpha", 0.5f), ("beta", 2f))
            .Output("y", -1, 5),
        layers: 6);

    [Fact]
    public void Old_operator_sets_with_attributes_for_clip_and_softmax_are_read() => SameAsOnnxRuntime(
        ImageInput(9)
            .Floats("w", [3, 1, 12, 10]).Floats("k", [1, 3, 1, 1])
            .Node("Conv", ["x", "w"], "c")
            .Node("Add", ["k", "c"], "s")
            .Node("Clip", ["s"], "r", ("min", -1f), ("max", 1f))
            .Node("Flatten", ["r"], "f")
            .Node("Softmax", ["f"], "y")
            .Output("y", -1, 3),
        layers: 4);

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    public void Shapes_computed_from_the_input_are_folded(int operatorSet) => SameAsOnnxRuntime(
        Unsqueeze(
            ImageInput(operatorSet)
                .Floats("w", [6, 1, 3, 3]).Floats("fw", [6 * 10 * 8, 4]).Integers("first", 0).Integers("rest", -1)
                .Node("Constant", [], "zero", ("value_int", 0L))
                .Node("Conv", ["x", "w"], "c")
                .Node("Shape", ["c"], "shape")
                .Node("Gather", ["shape", "zero"], "batch", ("axis", 0L)),
            operatorSet, "batch", "batches", 0)
            .Node("Concat", ["batches", "rest"], "target", ("axis", 0L))
            .Node("Cast", ["target"], "cast", ("to", 7L))
            .Node("Reshape", ["c", "cast"], "f")
            .Node("MatMul", ["f", "fw"], "y")
            .Output("y", -1, 4),
        layers: 3);

    [Fact]
    public void Sizes_multiplied_and_sliced_are_folded() => SameAsOnnxRuntime(
        ImageInput()
            .Floats("w", [6, 1, 3, 3]).Floats("fw", [6 * 10 * 8, 4]).Integers("one", 1).Integers("two", 2).Integers("three", 3)
            .Integers("four", 4).Integers("back", -1)
            .Integers("end", long.MinValue)
            .Node("Conv", ["x", "w"], "c")
            .Node("Shape", ["c"], "shape")
            .Node("Slice", ["shape", "one", "two"], "channels")
            .Node("Slice", ["shape", "two", "three"], "rows")
            .Node("Slice", ["shape", "back", "end", "", "back"], "reversed")
            .Node("Gather", ["reversed", "zero"], "columns")
            .Integers("zero", 0)
            .Node("Mul", ["channels", "rows"], "product")
            .Node("Mul", ["product", "columns"], "features")
            .Node("Concat", ["back", "features"], "target", ("axis", 0L))
            .Node("Reshape", ["c", "target"], "f")
            .Node("MatMul", ["f", "fw"], "y")
            .Output("y", -1, 4),
        layers: 3);

    [Theory]
    [InlineData("Sub", false, 2)]
    [InlineData("Sub", true, 2)]
    [InlineData("Div", false, 2)]
    [InlineData("Mul", false, 2)]
    [InlineData("Mul", true, 2)]
    [InlineData("Add", true, 2)]
    public void Constants_before_and_after_layers_become_factors_and_shifts(string type, bool first, int layers)
    {
        SameAsOnnxRuntime(
            ImageInput(channels: 3).Floats("k", [1, 3, 1, 1], positive: true).Floats("w", [4, 3, 12, 10])
                .Node(type, first ? ["k", "x"] : ["x", "k"], "n")
                .Node("Conv", ["n", "w"], "c").Node("Flatten", ["c"], "y").Output("y", -1, 4),
            layers + 1);
        SameAsOnnxRuntime(
            ImageInput(channels: 3).Value("k", 1.7f).Floats("w", [4, 3, 12, 10])
                .Node("Conv", ["x", "w"], "c").Node("Flatten", ["c"], "f").Node(type, first ? ["k", "f"] : ["f", "k"], "y")
                .Output("y", -1, 4),
            layers + 1);
    }

    [Fact]
    public void A_factor_for_each_feature_of_a_flattened_image_is_reordered() => SameAsOnnxRuntime(
        ImageInput(channels: 2).Floats("k", [1, 240], positive: true).Floats("w", [240, 3])
            .Node("Flatten", ["x"], "f").Node("Mul", ["f", "k"], "m").Node("MatMul", ["m", "w"], "y").Output("y", -1, 3),
        layers: 3);

    [Fact]
    public void Normalization_of_a_flattened_image_in_a_column_is_reordered()
    {
        SameAsOnnxRuntime(
            ImageInput(channels: 3).Floats("g", [360]).Floats("b", [360]).Floats("m", [360]).Floats("v", [360], positive: true)
                .Floats("w", [360, 4]).Integers("two", 2)
                .Node("Flatten", ["x"], "f").Node("Unsqueeze", ["f", "two"], "u")
                .Node("BatchNormalization", ["u", "g", "b", "m", "v"], "n").Node("Squeeze", ["n", "two"], "s")
                .Node("MatMul", ["s", "w"], "y").Output("y", -1, 4),
            layers: 3);
        SameAsOnnxRuntime(
            ImageInput(channels: 3).Floats("k", [1, 360, 1]).Floats("w", [360, 4]).Integers("two", 2)
                .Node("Flatten", ["x"], "f").Node("Unsqueeze", ["f", "two"], "u").Node("Mul", ["u", "k"], "n")
                .Node("Squeeze", ["n", "two"], "s").Node("MatMul", ["s", "w"], "y").Output("y", -1, 4),
            layers: 3);

        // ONNX would make it a table of 360 by 360.
        Assert.Contains("meets 360", Refusal(
            ImageInput(channels: 3).Floats("k", [360]).Integers("two", 2).Node("Flatten", ["x"], "f")
                .Node("Unsqueeze", ["f", "two"], "u").Node("Mul", ["u", "k"], "n").Node("Squeeze", ["n", "two"], "y")
                .Output("y", -1, 360)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reshape_that_changes_nothing_moves_no_axes() => SameAsOnnxRuntime(
        new GraphFile().Input("x", -1, 3, 10, 10).Floats("w", [8, 3, 3, 3]).Integers("same", -1, 8, 8, 8).Floats("fw", [512, 5])
            .Node("Conv", ["x", "w"], "c").Node("Transpose", ["c"], "t", ("perm", (long[])[0, 2, 3, 1]))
            .Node("Reshape", ["t", "same"], "r").Node("Flatten", ["r"], "f").Node("MatMul", ["f", "fw"], "y").Output("y", -1, 5),
        layers: 3);

    [Fact]
    public void A_reshape_that_joins_other_axes_than_it_seems_is_refused() => Assert.Contains(
        "only flattening and moving axes of one are supported",
        Refusal(new GraphFile().Input("x", -1, 1, 3, 10).Floats("w", [8, 1, 3, 3]).Integers("shape", -1, 1, 8, 8)
            .Node("Conv", ["x", "w"], "c").Node("Reshape", ["c", "shape"], "r").Node("Flatten", ["r"], "y").Output("y", -1, 64)),
        StringComparison.Ordinal);

    [Fact]
    public void Channels_last_are_seen_behind_a_factor_and_a_shift() => SameAsOnnxRuntime(
        new GraphFile().Input("x", -1, 12, 10, 2).Value("scale", 1 / 255f).Floats("mean", [2]).Floats("w", [5, 2, 3, 3])
            .Node("Mul", ["x", "scale"], "m").Node("Sub", ["m", "mean"], "s")
            .Node("Transpose", ["s"], "t", ("perm", (long[])[0, 3, 1, 2]))
            .Node("Conv", ["t", "w"], "c").Node("GlobalAveragePool", ["c"], "p").Node("Flatten", ["p"], "y").Output("y", -1, 5),
        layers: 4,
        channelsLast: true);

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    [InlineData("Relu")]
    [InlineData("")]
    public void A_mean_over_the_image_may_be_the_end_or_before_it(string last)
    {
        GraphFile graph = ImageInput().Floats("w", [5, 1, 3, 3]).Node("Conv", ["x", "w"], "c")
            .Node("ReduceMean", ["c"], last.Length > 0 ? "r" : "y", ("axes", (long[])[2, 3]), ("keepdims", 0L));
        if (last.Length > 0) graph.Node(last, ["r"], "y");
        SameAsOnnxRuntime(graph.Output("y", -1, 5), layers: last.Length > 0 ? 3 : 2);
    }

    [Fact]
    public void Features_that_are_normalized_and_reshaped_are_written_in_forms_that_are_read()
    {
        SameAsOnnxRuntime(
            ImageInput().Floats("w", [5, 1, 3, 3]).Floats("fw", [5, 4]).Node("Conv", ["x", "w"], "c")
                .Node("ReduceMean", ["c"], "r", ("axes", (long[])[2, 3]), ("keepdims", 0L)).Node("Softmax", ["r"], "s")
                .Node("MatMul", ["s", "fw"], "y").Output("y", -1, 4),
            layers: 4);
        SameAsOnnxRuntime(
            ImageInput().Floats("fw", [120, 8]).Integers("image", -1, 8, 1, 1)
                .Node("Flatten", ["x"], "f").Node("MatMul", ["f", "fw"], "g").Node("Reshape", ["g", "image"], "i")
                .Node("GlobalAveragePool", ["i"], "p").Node("Sigmoid", ["p"], "q").Node("Flatten", ["q"], "y").Output("y", -1, 8),
            layers: 5);
    }

    [Fact]
    public void A_factor_for_each_of_many_features_is_no_more_than_its_weights() => SameAsOnnxRuntime(
        new GraphFile().Input("x", -1, 1, 224, 224).Value("scale", 1 / 255f).Floats("w", [50_176, 2])
            .Node("Flatten", ["x"], "f").Node("Mul", ["f", "scale"], "m").Node("MatMul", ["m", "w"], "y").Output("y", -1, 2),
        layers: 3);

    [Fact]
    public void Values_clipped_below_what_a_byte_holds_are_its_lowest() => SameAsOnnxRuntime(
        ImageInput().Value("q", 0.01f).Value("e", 0.1f).Bytes("z", 2, [], 0).Bytes("n", 3, [4, 1, 3, 3]).Value("low", -10f)
            .Value("high", -1f)
            .Node("QuantizeLinear", ["x", "q", "z"], "b").Node("DequantizeLinear", ["b", "q", "z"], "d")
            .Node("DequantizeLinear", ["n", "q"], "w").Node("Conv", ["d", "w"], "c").Node("Clip", ["c", "low", "high"], "k")
            .Node("QuantizeLinear", ["k", "e", "z"], "kb").Node("DequantizeLinear", ["kb", "e", "z"], "kd")
            .Node("GlobalAveragePool", ["kd"], "p").Node("Flatten", ["p"], "y").Output("y", -1, 4),
        layers: 4);

    [Fact]
    public void Bytes_that_stand_for_other_numbers_when_read_than_when_written_are_refused()
    {
        GraphFile Graph(float back, int zero) => ImageInput()
            .Value("q", 0.01f).Value("d", back).Bytes("z", 2, [], 5).Bytes("z2", 2, [], zero)
            .Node("Flatten", ["x"], "f").Node("QuantizeLinear", ["f", "q", "z"], "b").Node("DequantizeLinear", ["b", "d", "z2"], "y")
            .Output("y", -1, 120);
        Assert.NotEmpty(Model.Load(new MemoryStream(Graph(0.01f, 5).ToBytes())).Architecture.Layers);
        Assert.Contains("that by which its input was quantised", Refusal(Graph(0.02f, 5)), StringComparison.Ordinal);
        Assert.Contains("that by which its input was quantised", Refusal(Graph(0.01f, 6)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3L, 128)]
    [InlineData(2L, 0)]
    [InlineData(0L, 0)]
    public void Without_a_zero_point_the_output_s_type_says_where_0_lies(long type, int zero)
    {
        GraphFile graph = ImageInput(21).Value("q", 0.01f).Bytes("n", 3, [4, 1, 3, 3])
            .Node("QuantizeLinear", ["x", "q"], "b", ("output_dtype", type)).Node("DequantizeLinear", ["b", "q"], "d")
            .Node("DequantizeLinear", ["n", "q"], "w")
            .Node("Conv", ["d", "w"], "c").Node("GlobalAveragePool", ["c"], "p").Node("Flatten", ["p"], "y").Output("y", -1, 4);
        Assert.Equal(zero, Model.Load(new MemoryStream(graph.ToBytes())).Quantization![Layer.NetworkInput]!.Value.ZeroPoint);
    }

    [Fact]
    public void What_8_bit_weights_cannot_be_multiplied_by_or_quantised_to_is_refused()
    {
        Assert.Contains("alpha is not supported for 8-bit weights", Refusal(
            ImageInput().Bytes("b", 3, [120, 2]).Value("s", 0.01f).Node("Flatten", ["x"], "f").Node("DequantizeLinear", ["b", "s"], "w")
                .Node("Gemm", ["f", "w"], "y", ("alpha", 0.001f)).Output("y", -1, 2)), StringComparison.Ordinal);
        Assert.Contains("output_dtype 16 is no 8-bit integer", Refusal(
            ImageInput(21).Value("q", 0.01f).Node("QuantizeLinear", ["x", "q"], "b", ("output_dtype", 16L)).Output("b", -1, 120)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ReduceMean", 0)]
    [InlineData("ReduceMean", 1)]
    [InlineData("ReduceMax", 0)]
    [InlineData("ReduceMax", 1)]
    public void Reductions_over_the_image_are_pools(string type, long keep)
    {
        GraphFile graph = ImageInput(13).Floats("w", [5, 1, 3, 3]).Floats("fw", [5, 4])
            .Node("Conv", ["x", "w"], "c").Node(type, ["c"], "r", ("axes", (long[])[2, -1]), ("keepdims", keep));
        if (keep == 1) graph.Node("Flatten", ["r"], "f");
        SameAsOnnxRuntime(graph.Node("MatMul", [keep == 1 ? "f" : "r", "fw"], "y").Output("y", -1, 4), layers: keep == 1 ? 4 : 3);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    public void Axes_of_one_are_squeezed_and_unsqueezed(int operatorSet) => SameAsOnnxRuntime(
        Squeeze(Unsqueeze(Unsqueeze(Squeeze(Squeeze(
            ImageInput(operatorSet).Floats("w", [5, 1, 3, 3]).Floats("fw", [5, 4])
                .Node("Conv", ["x", "w"], "c").Node("GlobalMaxPool", ["c"], "p"),
            operatorSet, "p", "s1", 3), operatorSet, "s1", "s2", 2), operatorSet, "s2", "u1", 2), operatorSet, "u1", "u2", -1), operatorSet,
                "u2", "s3", 2, 3)
            .Node("MatMul", ["s3", "fw"], "y").Output("y", -1, 4),
        layers: 4);

    [Fact]
    public void Zeros_around_an_image_and_dilated_kernels_are_read() => SameAsOnnxRuntime(
        ImageInput().Floats("w", [5, 1, 3, 2]).Integers("pads", 0, 0, 2, 1, 0, 0, 0, 3)
            .Node("Pad", ["x", "pads"], "p")
            .Node("Conv", ["p", "w"], "c", ("dilations", (long[])[2, 3]), ("pads", (long[])[1, 0, 1, 2]))
            .Node("GlobalAveragePool", ["c"], "g").Node("Flatten", ["g"], "y").Output("y", -1, 5),
        layers: 4);

    [Fact]
    public void Squeeze_and_excitation_multiplies_channels() => SameAsOnnxRuntime(
        ImageInput().Floats("w", [9, 1, 3, 3]).Floats("s", [9, 9, 1, 1]).Floats("t", [9, 9, 1, 1])
            .Node("Conv", ["x", "w"], "c").Node("GlobalAveragePool", ["c"], "g").Node("Conv", ["g", "s"], "e").Node("Relu", ["e"], "r")
            .Node("Mul", ["r", "c"], "m").Node("Mul", ["m", "c"], "q").Node("GlobalAveragePool", ["q"], "p").Node("Flatten", ["p"], "y")
            .Output("y", -1, 9),
        layers: 8);

    [Fact]
    public void Channels_are_joined_and_repeated() => SameAsOnnxRuntime(
        ImageInput().Floats("w", [3, 1, 3, 3]).Floats("v", [20, 1, 3, 3]).Integers("shape", 1, 2, 1, 1).Integers("times", 1, 2, 1, 1)
            .Node("Expand", ["x", "shape"], "e").Node("Tile", ["e", "times"], "t").Floats("u", [1, 4, 1, 1]).Node("Conv", ["t", "u"], "d")
            .Node("Conv", ["d", "w"], "a").Node("Conv", ["d", "v"], "b").Node("Concat", ["a", "b", "a"], "c", ("axis", -3L))
            .Node("GlobalAveragePool", ["c"], "p").Node("Flatten", ["p"], "f").Node("Concat", ["f", "f"], "y", ("axis", 1L))
            .Output("y", -1, 52),
        layers: 9);

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    public void Log_softmax_at_the_end_is_read(int operatorSet) => SameAsOnnxRuntime(
        ImageInput(operatorSet).Floats("w", [5, 1, 12, 10])
            .Node("Conv", ["x", "w"], "c").Node("Flatten", ["c"], "f").Node("Dropout", ["f"], "d")
            .Node("LogSoftmax", ["d"], "y", ("axis", 1L)).Output("y", -1, 5),
        layers: 3);

    [Fact]
    public void Averages_round_up_where_the_padding_does_not_count() => SameAsOnnxRuntime(
        ImageInput()
            .Node(
                "AveragePool", ["x"], "a", ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 2]), ("ceil_mode", 1L),
                ("pads", (long[])[1, 0, 0, 0]))
            .Node("GlobalMaxPool", ["a"], "p").Node("Flatten", ["p"], "y").Output("y", -1, 1),
        layers: 3);

    // Axes are an input since operator set 13.
    private static GraphFile Squeeze(GraphFile graph, int operatorSet, string from, string to, params long[] axes) =>
        Axes(graph, "Squeeze", operatorSet, from, to, axes);

    private static GraphFile Unsqueeze(GraphFile graph, int operatorSet, string from, string to, params long[] axes) =>
        Axes(graph, "Unsqueeze", operatorSet, from, to, axes);

    private static GraphFile Axes(GraphFile graph, string type, int operatorSet, string from, string to, long[] axes) => operatorSet < 13
        ? graph.Node(type, [from], to, ("axes", axes))
        : graph.Integers($"{to}_axes", axes).Node(type, [from, $"{to}_axes"], to);

    [Fact]
    public void What_depends_on_the_number_of_images_or_on_training_is_refused()
    {
        Assert.Contains("it computes with the number of images", Refusal(
            ImageInput().Integers("two", 2, 2, 2, 2).Node("Shape", ["x"], "s").Node("Mul", ["s", "two"], "m")
                .Output("m")), StringComparison.Ordinal);
        Assert.Contains("expected the batch first", Refusal(
            ImageInput().Integers("i", 0, 0).Node("Shape", ["x"], "s").Node("Gather", ["s", "i"], "g").Node("Reshape", ["x", "g"], "y")
                .Output("y")), StringComparison.Ordinal);
        Assert.Contains("it drops values at random", Refusal(
            ImageInput().Value("r", 0.5f).Bytes("t", 9, [], 1).Node("Dropout", ["x", "r", "t"], "y")
                .Output("y")), StringComparison.Ordinal);
        Assert.Contains("mode 'reflect' is not supported", Refusal(
            ImageInput().Integers("p", 0, 0, 1, 1, 0, 0, 1, 1).Node("Pad", ["x", "p"], "y", ("mode", "reflect"))
                .Output("y")), StringComparison.Ordinal);
        Assert.Contains("it divides by 0", Refusal(ImageInput().Value("k", 0).Node("Div", ["x", "k"], "y")
            .Output("y")), StringComparison.Ordinal);
    }

    [Fact]
    public void Constants_from_nodes_and_a_second_output_beside_the_logits_are_read()
    {
        byte[] file = ImageInput()
            .Floats("w", [3, 1, 12, 10])
            .Node("Identity", ["w"], "w2")
            .Node("Constant", [], "shape", ("value_ints", (long[])[0, 3]))
            .Node("Conv", ["x", "w2"], "c")
            .Node("Reshape", ["c", "shape"], "logits")
            .Node("Softmax", ["logits"], "probabilities")
            .Output("probabilities", -1, 3)
            .Output("logits", -1, 3)
            .ToBytes();
        Model model = Model.Load(new MemoryStream(file));
        Assert.Equal(2, model.Architecture.Layers.Length);
        Assert.Equal(["class 0", "class 1", "class 2"], model.Architecture.Labels);
    }

    [Theory]
    [InlineData("LSTM")]
    [InlineData("ConvTranspose")]
    [InlineData("Resize")]
    [InlineData("InstanceNormalization")]
    public void An_operator_the_engine_lacks_is_refused_by_node_and_name(string type)
    {
        string message = Refusal(ImageInput().Node(type, ["x"], "z").Output("z", -1, 1, 12, 10));
        Assert.StartsWith($"model: node '{type}-z' ({type}): this operator is not supported", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_run_is_refused_with_one_line_that_says_why()
    {
        Assert.Contains("its dilations are [0,2]", Refusal(ImageInput().Floats("w", [1, 1, 3, 3])
            .Node("Conv", ["x", "w"], "y", ("dilations", (long[])[0, 2])).Output("y")), StringComparison.Ordinal);
        Assert.Contains("its weights read 2 channels in 1 groups; its input has 1", Refusal(ImageInput().Floats("w", [1, 2, 3, 3])
            .Node("Conv", ["x", "w"], "y").Output("y")), StringComparison.Ordinal);
        Assert.Contains("would give the empty shape", Refusal(ImageInput().Floats("w", [1, 1, 30, 3]).Node("Conv", ["x", "w"], "y")
            .Output("y")), StringComparison.Ordinal);
        Assert.Contains("its input 'nowhere' is computed by no node before it", Refusal(ImageInput().Node("Relu", ["nowhere"], "y")
            .Output("y")), StringComparison.Ordinal);
        Assert.Contains(
            "operators of domain 'com.microsoft' are not supported",
            Refusal(ImageInput().NodeOf("com.microsoft", "Relu", ["x"], "y").Output("y")), StringComparison.Ordinal);
        Assert.Contains(
            "expected [batch, channels, height, width] with all but the batch fixed",
            Refusal(new GraphFile().Input("x", -1, 1, -1, 84).Output("x")), StringComparison.Ordinal);
        Assert.Contains("it has 2 inputs", Refusal(new GraphFile().Input("x", -1, 1, 8, 8).Input("z", -1, 1, 8, 8)
            .Output("x")), StringComparison.Ordinal);
        Assert.Contains("its output is its input", Refusal(ImageInput().Output("x")), StringComparison.Ordinal);
        Assert.Contains("perm [0,1,3,2] is not supported", Refusal(ImageInput()
            .Node("Transpose", ["x"], "y", ("perm", (long[])[0, 1, 3, 2])).Output("y")), StringComparison.Ordinal);
        Assert.Contains("'pixel_scale' is 'big'; expected a number", Refusal(ImageInput().Metadata("pixel_scale", "big")
            .Node("GlobalAveragePool", ["x"], "y").Output("y")), StringComparison.Ordinal);
        Assert.Contains("has 1 outputs for 2 labels", Refusal(ImageInput().Metadata("labels", "a,b").Node("GlobalAveragePool", ["x"], "y")
            .Output("y")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is a text file, not a model")]
    [InlineData("<html></html>")]
    [InlineData("\u0089PNG\r\n")]
    public void What_is_no_model_is_refused_with_one_line(string text)
    {
        ModelFormatException e = Assert.Throws<ModelFormatException>(
            () => Model.Load(new MemoryStream(System.Text.Encoding.Latin1.GetBytes(text))));
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_damaged_file_gives_a_model_or_one_line_and_nothing_else()
    {
        byte[] whole = OnnxRuntime.ToBytes(RandomModels.Fill(OriginalArchitectures.Candidate("p12", 16, 20, 20), 1));
        // Most of the file is weights; the structure before and behind them is what a reader can stumble over.
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, whole.Length - 1], Gen.Int[0, 2500], Gen.Byte, Gen.Int[0, 3]).Sample(
            (kind, anywhere, near, value, end) =>
            {
                byte[] file = [.. whole];
                int at = end switch { 0 => anywhere, 1 => Math.Min(near, file.Length - 1), _ => Math.Max(0, file.Length - 1 - near) };
                if (kind == 0) file = file[..at];
                else if (kind == 1) file = [.. file[..at], value, .. file[at..]];
                else if (kind == 2) file[at] ^= (byte)(1 << (value & 7));
                else file[at] = value;
                try
                {
                    Model model = Model.Load(new MemoryStream(file));
                    if (model.Architecture.Layers.Length > 0) _ = new Network(model);
                }
                catch (ModelFormatException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            },
            iter: 4000);
    }

    [Fact]
    public void A_damaged_file_of_every_operator_gives_a_model_or_one_line_and_nothing_else()
    {
        byte[][] files =
        [
            ImageInput()
                .Floats("w", [6, 1, 3, 3]).Floats("s", [6, 1, 1]).Floats("fw", [24, 4]).Integers("one", 1).Integers("back", -1)
                .Integers("zero", 0)
                .Integers("pads", 0, 0, 1, 1, 0, 0, 2, 1).Integers("end", long.MinValue).Value("half", 0.5f)
                .Node("Pad", ["x", "pads"], "p").Node("Conv", ["p", "w"], "c", ("dilations", (long[])[2, 1])).Node("PRelu", ["c", "s"], "r")
                .Node("Sigmoid", ["r"], "g").Node("Mul", ["r", "g"], "u").Node("Sub", ["u", "half"], "d").Node("Div", ["d", "half"], "e")
                .Node("Concat", ["e", "c", "e", "c"], "j", ("axis", 1L))
                .Node("ReduceMean", ["j"], "m", ("axes", (long[])[2, 3]), ("keepdims", 1L))
                .Node("Shape", ["m"], "shape").Node("Slice", ["shape", "zero", "one"], "n").Node("Gather", ["shape", "one"], "k")
                .Node("Mul", ["k", "one"], "k2").Node("Concat", ["n", "k2"], "t", ("axis", 0L)).Node("Cast", ["t"], "t2", ("to", 7L))
                .Node("Reshape", ["m", "t2"], "f").Node("Dropout", ["f"], "o").Node("MatMul", ["o", "fw"], "y0")
                .Node("LogSoftmax", ["y0"], "y", ("axis", 1L))
                .Output("y", -1, 4).ToBytes(),
            ImageInput()
                .Integers("shape", 1, 3, 1, 1).Integers("times", 1, 2, 1, 1).Integers("rows", 3).Integers("axes", 2, 3).Integers("four", 4)
                .Floats("w", [6, 1, 3, 3])
                .Node("Expand", ["x", "shape"], "e").Node("Tile", ["e", "times"], "t").Node("Conv", ["t", "w"], "c", ("group", 6L))
                .Node("Selu", ["c"], "s")
                .Node("Elu", ["s"], "l").Node("HardSigmoid", ["l"], "h").Node("Tanh", ["h"], "a").Node("Softplus", ["a"], "b")
                .Node("Erf", ["b"], "d")
                .Node("LeakyRelu", ["d"], "k", ("alpha", 0.3f))
                .Node("AveragePool", ["k"], "v", ("kernel_shape", (long[])[3, 3]), ("ceil_mode", 1L), ("strides", (long[])[2, 2]))
                .Node("GlobalMaxPool", ["v"], "g").Node("Squeeze", ["g", "axes"], "q").Node("Unsqueeze", ["q", "axes"], "u")
                .Node("ReduceMax", ["u"], "z", ("axes", (long[])[2, 3]), ("keepdims", 0L))
                .Output("z", -1, 6).ToBytes(),
        ];
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 4], Gen.Int[0, 1 << 20], Gen.Byte, Gen.Int[1, 3]).Sample(
            (which, kind, at, value, times) =>
            {
                byte[] file = [.. files[which]];
                for (int i = 0; i < times; i++)
                {
                    int position = (at + (i * 7919)) % file.Length;
                    file = kind switch
                    {
                        0 => [.. file[..position], .. file[(position + 1)..]],
                        1 => [.. file[..position], value, .. file[position..]],
                        2 => [.. file[..position], (byte)(file[position] ^ (1 << (value & 7))), .. file[(position + 1)..]],
                        3 => [.. file[..position], (byte)(value & 3), .. file[(position + 1)..]],
                        _ => [.. file[..position], value, .. file[(position + 1)..]],
                    };
                }

                try
                {
                    Model model = Model.Load(new MemoryStream(file));
                    if (model.Architecture.MultiplyAdds < 10_000_000)
                    {
                        new Network(model).Run(new float[model.Architecture.Input.Length], 1, new float[model.Architecture.Output.Length]);
                    }
                }
                catch (ModelFormatException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            },
            iter: 20_000);
        foreach (byte[] file in files) Assert.NotEmpty(Model.Load(new MemoryStream(file)).Architecture.Layers);
    }

    private static string Refusal(GraphFile file)
    {
        ModelFormatException e = Assert.Throws<ModelFormatException>(() => Model.Load(new MemoryStream(file.ToBytes())));
        Assert.DoesNotContain('\n', e.Message);
        return e.Message;
    }

    private static void SameAsOnnxRuntime(GraphFile graph, int layers, bool channelsLast = false, bool flat = false)
    {
        byte[] file = graph.ToBytes();
        Model model = Model.Load(new MemoryStream(file));
        TensorShape shape = model.Architecture.Input;
        float[] images = RandomModels.Image(shape, batch: 2, seed: 3);
        int[] dimensions = flat
            ? [2, shape.Length]
            : channelsLast ? [2, shape.Height, shape.Width, shape.Channels] : [2, shape.Channels, shape.Height, shape.Width];
        float[] expected = OnnxRuntime.Run(file, channelsLast || flat ? images : OnnxRuntime.ToChannelsFirst(images, shape, 2), dimensions);
        foreach (KernelTarget target in KernelTarget.Supported)
        {
            float[] actual = new float[expected.Length];
            new Network(model, target).Run(images, 2, actual);
            Assert.True(OnnxRuntime.Difference(expected, actual) < 1e-4, $"{target}: {OnnxRuntime.Difference(expected, actual)}");
        }

        Assert.Equal(layers, model.Architecture.Layers.Length);
        byte[] rewritten = OnnxRuntime.ToBytes(model);
        Assert.Equal(rewritten, OnnxRuntime.ToBytes(Model.Load(new MemoryStream(rewritten))));
        Assert.True(OnnxRuntime.Difference(expected, OnnxRuntime.Run(model, images, 2)) < 1e-4);
    }
}
