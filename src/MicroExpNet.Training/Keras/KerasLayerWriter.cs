using MicroExpNet.Models.Onnx;

namespace MicroExpNet.Training.Keras;

/// <summary>Translates one call of a Keras layer into ONNX nodes.</summary>
/// <param name="graph">Takes the nodes.</param>
/// <param name="layer">The layer.</param>
/// <param name="name">Its name with those of the models around it.</param>
/// <param name="weights">Its weights.</param>
internal sealed class KerasLayerWriter(OnnxGraph graph, KerasLayer layer, string name, IEnumerable<KerasWeight> weights)
{
    private const string Known =
        "Conv2D, DepthwiseConv2D, SeparableConv2D, BatchNormalization, Activation, ReLU, Softmax, MaxPooling2D, AveragePooling2D, " +
        "GlobalAveragePooling2D, GlobalMaxPooling2D, ZeroPadding2D, Concatenate, Add, Multiply, Dropout, Flatten, Reshape, Dense";

    private const double DefaultEpsilon = 1e-3;

    // A gigabyte of floats for one image; Inception_v3's largest layer has 1.4 million.
    private const long MaxLength = 1L << 28;

    /// <summary>Translates the call.</summary>
    /// <param name="inputs">What it reads, one value or more.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="ModelFormatException">The layer cannot be translated, or a weight is missing.</exception>
    public KerasValue Write(KerasValue[] inputs)
    {
        if (layer.Text("data_format", "channels_last") != "channels_last") throw layer.Fault("'data_format' is not channels_last");
        bool readsSeveral = layer.Kind is "Concatenate" or "Add" or "Multiply";
        if (inputs.Length != 1 && !readsSeveral) throw layer.Fault($"it reads {inputs.Length} values; expected one");
        KerasValue x = inputs[0];
        return layer.Kind switch
        {
            "Conv2D" => Activate(Convolve(Image(x))),
            "DepthwiseConv2D" => Activate(ConvolveDepthwise(Image(x), HasBias)),
            "SeparableConv2D" => Activate(ConvolvePointwise(ConvolveDepthwise(Image(x), false))),

            // TensorFlow 1.13 to 2.1 wrote the names with versions.
            "BatchNormalization" or "BatchNormalizationV1" or "BatchNormalizationV2" => Normalize(x),
            "Activation" => Activate(x),
            "ReLU" => Relu(x),
            "Softmax" => Softmax(x),
            "MaxPooling2D" => Pool(Image(x), "MaxPool"),
            "AveragePooling2D" => Pool(Image(x), "AveragePool"),
            "GlobalAveragePooling2D" => PoolAll(Image(x), "GlobalAveragePool"),
            "GlobalMaxPooling2D" => PoolAll(Image(x), "GlobalMaxPool"),
            "ZeroPadding2D" => PadZeros(Image(x)),
            "Concatenate" => Concatenate(inputs),
            "Add" => Combine("Add", inputs),
            "Multiply" => Combine("Mul", inputs),
            "Dropout" => x,
            "Flatten" => Reshape(x, [(int)x.Length]),
            "Reshape" => Reshape(x, TargetShape(x)),
            "Dense" => Activate(Connect(x)),
            _ => throw layer.Fault($"it cannot be translated; the layers that can are {Known}"),
        };
    }

    private bool HasBias => layer.Flag("use_bias", true);

    private KerasValue Image(KerasValue value) =>
        value.IsImage ? value : throw layer.Fault($"it reads a vector, {value}; expected an image");

    private KerasValue Value(string output, params long[] shape)
    {
        long length = 1;
        foreach (long size in shape) length = length <= MaxLength && size is > 0 and <= MaxLength ? length * size : MaxLength + 1;
        return length <= MaxLength
            ? new KerasValue(output, [.. shape.Select(size => (int)size)])
            : throw layer.Fault($"its output is [{string.Join(", ", shape)}]; at most {MaxLength:N0} values can be translated");
    }

    private float[] Weight(string role, params int[] shape)
    {
        KerasWeight weight = weights.FirstOrDefault(one => one.Role == role)
            ?? throw layer.Fault($"its weight '{role}' is not in the file");
        return weight.Dimensions.SequenceEqual(shape)
            ? weight.Read()
            : throw layer.Fault(
                $"its weight '{role}' is [{string.Join(", ", weight.Dimensions)}]; expected [{string.Join(", ", shape)}]");
    }

    private string Vector(string role, int length) =>
        graph.Weight(layer, role, $"{name}.{role}", [length], () => Weight(role, length));

    private KerasValue Convolve(KerasValue x)
    {
        int filters = layer.Size("filters"), groups = layer.Integer("groups") ?? 1;
        (int height, int width) = layer.Pair("kernel_size");
        if (groups < 1 || x.Channels % groups != 0 || filters % groups != 0)
        {
            throw layer.Fault($"{x.Channels} channels and {filters} filters cannot be cut into {groups} groups");
        }

        int channels = x.Channels / groups;

        // [rows, columns, channels, filters] become [filters, channels, rows, columns].
        string kernel = graph.Weight(layer, "kernel", $"{name}.kernel", [filters, channels, height, width], () =>
        {
            float[] values = Weight("kernel", height, width, channels, filters), ordered = new float[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                int filter = i % filters, channel = i / filters % channels, tap = i / filters / channels;
                ordered[(((filter * channels) + channel) * height * width) + tap] = values[i];
            }

            return ordered;
        });
        return Convolution(x, kernel, (height, width), filters, groups, HasBias);
    }

    private KerasValue ConvolveDepthwise(KerasValue x, bool hasBias)
    {
        int multiplier = layer.Integer("depth_multiplier") ?? 1;
        if (multiplier < 1) throw layer.Fault("'depth_multiplier' is below 1");
        (int height, int width) = layer.Pair("kernel_size");
        KerasValue filters = Value("", x.Channels, multiplier);

        // Keras 3 calls it kernel.
        string role = weights.Any(weight => weight.Role == "depthwise_kernel") ? "depthwise_kernel" : "kernel";

        // [rows, columns, channels, filters of each] become [channels × filters, 1, rows, columns].
        string kernel = graph.Weight(layer, role, $"{name}.{role}", [filters.Length, 1, height, width], () =>
        {
            float[] values = Weight(role, height, width, x.Channels, multiplier), ordered = new float[values.Length];
            int count = (int)filters.Length;
            for (int i = 0; i < values.Length; i++) ordered[(i % count * height * width) + (i / count)] = values[i];
            return ordered;
        });
        return Convolution(x, kernel, (height, width), filters.Length, x.Channels, hasBias);
    }

    private KerasValue ConvolvePointwise(KerasValue x)
    {
        int filters = layer.Size("filters");
        const string role = "pointwise_kernel";
        string kernel = graph.Weight(layer, role, $"{name}.{role}", [filters, x.Channels, 1, 1], () =>
        {
            float[] values = Weight(role, 1, 1, x.Channels, filters), ordered = new float[values.Length];
            for (int i = 0; i < values.Length; i++) ordered[(i % filters * x.Channels) + (i / filters)] = values[i];
            return ordered;
        });
        string[] inputs = HasBias ? [x.Name, kernel, Vector("bias", filters)] : [x.Name, kernel];
        return Value(graph.Node("Conv", inputs, name), x.Height, x.Width, filters);
    }

    private KerasValue Convolution(KerasValue x, string kernel, (int Y, int X) size, long filters, int groups, bool hasBias)
    {
        (int Y, int X) strides = layer.Pair("strides", (1, 1)), dilation = layer.Pair("dilation_rate", (1, 1));
        (long height, long top, long bottom) = Window(x.Height, size.Y, strides.Y, dilation.Y);
        (long width, long left, long right) = Window(x.Width, size.X, strides.X, dilation.X);
        string[] inputs = hasBias ? [x.Name, kernel, Vector("bias", (int)filters)] : [x.Name, kernel];
        string output = graph.Node("Conv", inputs, name, node =>
        {
            node.WriteAttribute("kernel_shape", [size.Y, size.X]);
            node.WriteAttribute("strides", [strides.Y, strides.X]);
            node.WriteAttribute("dilations", [dilation.Y, dilation.X]);
            node.WriteAttribute("pads", [top, left, bottom, right]);
            node.WriteAttribute("group", groups);
        });
        return Value(output, height, width, filters);
    }

    // TensorFlow's SAME puts the odd pixel at the bottom and right.
    private (long Length, long Before, long After) Window(int length, int size, int stride, int dilation)
    {
        long whole = ((size - 1L) * dilation) + 1;
        string padding = layer.Text("padding", "valid");
        if (padding is not ("valid" or "same")) throw layer.Fault($"'padding' is '{padding}'; expected valid or same");
        bool fits = padding == "valid" ? whole <= length : whole <= MaxLength;
        if (!fits) throw layer.Fault($"its window of {whole} does not fit into {length} pixels");
        if (padding == "valid") return (((length - whole) / stride) + 1, 0, 0);
        long result = (length + stride - 1L) / stride, total = Math.Max(0, ((result - 1) * stride) + whole - length);
        return (result, total / 2, total - (total / 2));
    }

    private KerasValue Normalize(KerasValue x)
    {
        if (layer.Setting("axis") is { } axis && !(KerasLayer.Integers(axis) is [int one] && (one == -1 || one == x.Shape.Length)))
        {
            throw layer.Fault($"'axis' is {KerasLayer.Shown(axis)}; expected the channels");
        }

        int channels = x.Channels;
        double epsilon = layer.Number("epsilon") ?? DefaultEpsilon;
        if (epsilon < 0) throw layer.Fault($"'epsilon' is {epsilon}; expected 0 or more");
        string scale = layer.Flag("scale", true) ? Vector("gamma", channels) : Constant("gamma", 1);
        string shift = layer.Flag("center", true) ? Vector("beta", channels) : Constant("beta", 0);
        string variance = graph.Weight(layer, "moving_variance", $"{name}.moving_variance", [channels], () =>
        {
            float[] values = Weight("moving_variance", channels);
            return values.All(value => value + epsilon > 0) ? values : throw layer.Fault("its variances are below 0");
        });
        string[] inputs = [x.Name, scale, shift, Vector("moving_mean", channels), variance];
        return x with
        {
            Name = graph.Node("BatchNormalization", inputs, name, node => node.WriteAttribute("epsilon", (float)epsilon)),
        };

        string Constant(string role, float value) =>
            graph.Weight(layer, role, $"{name}.{role}", [channels], () => [.. Enumerable.Repeat(value, channels)]);
    }

    private KerasValue Activate(KerasValue x) => Activate(x, layer.Text("activation", "linear"));

    private KerasValue Activate(KerasValue x, string activation)
    {
        switch (activation)
        {
            case "linear":
                return x;
            case "relu":
                return Function(x, "Relu");
            case "relu6":
                return Clip(x, 6);
            case "sigmoid":
                return Function(x, "Sigmoid");
            case "tanh":
                return Function(x, "Tanh");
            case "elu":
                return Function(x, "Elu");
            case "swish" or "silu":
                return x with { Name = graph.Node("Mul", [x.Name, Function(x, "Sigmoid").Name], $"{name}.{activation}") };
            case "softmax":
                // Over the channels, which come first in the file.
                return Function(x, "Softmax", node => node.WriteAttribute("axis", 1L));
            default:
                throw layer.Fault(
                    $"its activation '{activation}' cannot be translated; expected linear, relu, relu6, sigmoid, tanh, elu, swish or " +
                        "softmax");
        }
    }

    private KerasValue Function(KerasValue x, string type, Action<OnnxMessage>? attributes = null) =>
        x with { Name = graph.Node(type, [x.Name], $"{name}.{type}", attributes) };

    private KerasValue Relu(KerasValue x)
    {
        foreach (string setting in new[] { "negative_slope", "threshold" })
        {
            if (layer.Setting(setting) is { } value && layer.Number(setting) != 0)
            {
                throw layer.Fault($"'{setting}' is {KerasLayer.Shown(value)}; only 0 can be translated");
            }
        }

        return layer.Number("max_value") switch
        {
            null => Activate(x, "relu"),
            { } limit and >= 0 => Clip(x, (float)limit),
            { } limit => throw layer.Fault($"'max_value' is {limit}; expected 0 or more"),
        };
    }

    private KerasValue Clip(KerasValue x, float limit)
    {
        string zero = graph.Constant($"{name}.min", [], [0]), most = graph.Constant($"{name}.max", [], [limit]);
        return x with { Name = graph.Node("Clip", [x.Name, zero, most], $"{name}.Clip") };
    }

    private KerasValue Softmax(KerasValue x) =>
        layer.Setting("axis") is not { } axis || (KerasLayer.Integers(axis) is [int one] && (one == -1 || one == x.Shape.Length))
            ? Activate(x, "softmax")
            : throw layer.Fault($"'axis' is {KerasLayer.Shown(axis)}; expected the last");

    private KerasValue Pool(KerasValue x, string type)
    {
        (int Y, int X) size = layer.Pair("pool_size", (2, 2)), strides = layer.Pair("strides", size);
        (long height, long top, long bottom) = Window(x.Height, size.Y, strides.Y, 1);
        (long width, long left, long right) = Window(x.Width, size.X, strides.X, 1);
        string output = graph.Node(type, [x.Name], name, node =>
        {
            node.WriteAttribute("kernel_shape", [size.Y, size.X]);
            node.WriteAttribute("strides", [strides.Y, strides.X]);
            node.WriteAttribute("pads", [top, left, bottom, right]);

            // TensorFlow's mean leaves the border out.
            if (type == "AveragePool") node.WriteAttribute("count_include_pad", 0L);
        });
        return Value(output, height, width, x.Channels);
    }

    private KerasValue PoolAll(KerasValue x, string type)
    {
        KerasValue pooled = Value(graph.Node(type, [x.Name], name), 1, 1, x.Channels);
        return layer.Flag("keepdims", false) ? pooled : Reshape(pooled, [x.Channels]);
    }

    private KerasValue PadZeros(KerasValue x)
    {
        if (layer.Setting("padding") is not { } padding) throw layer.Fault("its description has no 'padding'");
        int[] sides = KerasLayer.Integers(padding) switch
        {
            [int all] => [all, all, all, all],
            [int rows, int columns] => [rows, rows, columns, columns],
            [_, _, _, _] four => four,
            _ => throw layer.Fault($"'padding' is {KerasLayer.Shown(padding)}; expected [[top, bottom], [left, right]]"),
        };
        if (sides.Any(side => side < 0)) throw layer.Fault($"'padding' is {KerasLayer.Shown(padding)}; expected 0 or more");
        long height = (long)x.Height + sides[0] + sides[1], width = (long)x.Width + sides[2] + sides[3];
        string pads = graph.Constant($"{name}.pads", [0, 0, sides[0], sides[2], 0, 0, sides[1], sides[3]]);
        return Value(graph.Node("Pad", [x.Name, pads], name), height, width, x.Channels);
    }

    private KerasValue Concatenate(KerasValue[] inputs)
    {
        int rank = inputs[0].Shape.Length, axis = layer.Integer("axis") ?? -1;
        if (axis < 0) axis += rank + 1;
        if (axis < 1 || axis > rank) throw layer.Fault($"'axis' is {layer.Integer("axis")}; its inputs are {inputs[0]}");
        long[] shape = [.. inputs[0].Shape.Select(size => (long)size)];
        foreach (KerasValue next in inputs.Skip(1))
        {
            bool fits = next.Shape.Length == rank
                && Enumerable.Range(0, rank).All(i => i == axis - 1 || next.Shape[i] == inputs[0].Shape[i]);
            if (!fits) throw layer.Fault($"{next} cannot be concatenated with {inputs[0]} along axis {axis}");
            shape[axis - 1] += next.Shape[axis - 1];
        }

        // The channels come first in the file.
        long written = axis == rank ? 1 : axis + 1;
        string output = graph.Node(
            "Concat", [.. inputs.Select(one => one.Name)], name, node => node.WriteAttribute("axis", written));
        return Value(output, shape);
    }

    private KerasValue Combine(string type, KerasValue[] inputs)
    {
        if (inputs.Length < 2) throw layer.Fault("it reads one value; expected two or more");
        KerasValue result = inputs[0];
        foreach (KerasValue next in inputs.Skip(1))
        {
            int rank = result.Shape.Length;
            bool fits = next.Shape.Length == rank && Enumerable.Range(0, rank).All(
                i => next.Shape[i] == result.Shape[i] || next.Shape[i] == 1 || result.Shape[i] == 1);
            if (!fits) throw layer.Fault($"{result} and {next} do not fit");
            string output = graph.Node(type, [result.Name, next.Name], name);
            result = Value(output, [.. result.Shape.Zip(next.Shape, (a, b) => (long)Math.Max(a, b))]);
        }

        return result;
    }

    private int[] TargetShape(KerasValue x)
    {
        if (layer.Setting("target_shape") is not { } target) throw layer.Fault("its description has no 'target_shape'");
        int[] shape = KerasLayer.Integers(target);
        int open = Array.IndexOf(shape, -1);
        long known = 1;
        foreach (int size in shape.Where((_, i) => i != open)) known = size > 0 && known > 0 ? Math.Min(known * size, MaxLength + 1) : 0;
        if (open >= 0 && known > 0) shape[open] = (int)(x.Length / known);
        bool fits = shape.Length is 1 or 3 && known > 0 && known * (open >= 0 ? shape[open] : 1) == x.Length;
        return fits
            ? shape
            : throw layer.Fault($"{x} cannot be reshaped to {KerasLayer.Shown(target)}; expected a vector or an image of as many values");
    }

    // Keras counts values row by row, all channels of a pixel together.
    private KerasValue Reshape(KerasValue x, int[] shape)
    {
        string from = x.Name;
        if (x.IsImage && x.Height * x.Width > 1)
        {
            from = graph.Node("Transpose", [from], $"{name}.rows", node => node.WriteAttribute("perm", [0, 2, 3, 1]));
        }

        string reshaped;
        if (shape.Length == 3)
        {
            string target = graph.Constant($"{name}.shape", [-1, .. shape.Select(size => (long)size)]);
            reshaped = graph.Node("Reshape", [from, target], $"{name}.image");
            reshaped = graph.Node("Transpose", [reshaped], name, node => node.WriteAttribute("perm", [0, 3, 1, 2]));
        }
        else
        {
            reshaped = graph.Node("Flatten", [from], name, node => node.WriteAttribute("axis", 1L));
        }

        return new KerasValue(reshaped, shape);
    }

    private KerasValue Connect(KerasValue x)
    {
        if (x.IsImage) throw layer.Fault($"it reads an image, {x}; expected a vector");
        int units = layer.Size("units");
        string kernel = graph.Weight(layer, "kernel", $"{name}.kernel", [x.Channels, units], () => Weight("kernel", x.Channels, units));
        string[] inputs = HasBias ? [x.Name, kernel, Vector("bias", units)] : [x.Name, kernel];
        return Value(graph.Node("Gemm", inputs, name), units);
    }
}
