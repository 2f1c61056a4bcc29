using System.Text.Json.Nodes;

namespace MicroExpNet.Training.Tests.Keras;

/// <summary>A Keras model with random weights, made layer by layer as Keras's functional interface does.</summary>
internal sealed class KerasTestModel
{
    private readonly Random _random;
    private readonly string _prefix;

    /// <summary>Begins a model.</summary>
    /// <param name="random">Gives the weights.</param>
    /// <param name="shape">Its input, <c>[height, width, channels]</c>; null for sizes that the description leaves open.</param>
    /// <param name="size">The input's size in fact.</param>
    /// <param name="prefix">Stands before each layer's name.</param>
    public KerasTestModel(Random random, int?[] shape, int[]? size = null, string prefix = "")
    {
        (_random, _prefix) = (random, prefix);
        InputShape = size ?? [.. shape.Select(one => one!.Value)];
        Input = prefix + "input";
        Shapes[Input] = InputShape;
        JsonArray batch = [null, .. shape.Select(one => one is { } value ? JsonValue.Create(value) : null)];
        Layers.Add(new KerasTestLayer("InputLayer", Input, [], new JsonObject { ["batch_input_shape"] = batch }, []));
    }

    public string Name { get; init; } = "model_1";

    public string Input { get; }

    public int[] InputShape { get; }

    public List<KerasTestLayer> Layers { get; } = [];

    /// <summary>The shape of each layer's output.</summary>
    public Dictionary<string, int[]> Shapes { get; } = [];

    public string Output => Layers[^1].Name;

    public string Convolve(string x, int filters, int height, int width, string padding = "same", int stride = 1, bool bias = false,
        string activation = "linear", int dilation = 1, int groups = 1)
    {
        int channels = Shapes[x][2] / groups;
        JsonObject config = Window(height, width, padding, stride, dilation);
        (config["filters"], config["use_bias"], config["activation"], config["groups"]) = (filters, bias, activation, groups);
        return Add(
            "Conv2D", [x], config, Area(Shapes[x], height, width, padding, stride, dilation, filters),
            [Kernel("kernel", [height, width, channels, filters], height * width * channels), .. Bias(bias, filters)]);
    }

    public string ConvolveDepthwise(string x, int size, string padding, int stride, int multiplier, bool bias)
    {
        int channels = Shapes[x][2];
        JsonObject config = Window(size, size, padding, stride, 1);
        (config["depth_multiplier"], config["use_bias"], config["activation"]) = (multiplier, bias, "relu");
        return Add(
            "DepthwiseConv2D", [x], config, Area(Shapes[x], size, size, padding, stride, 1, channels * multiplier),
            [Kernel("depthwise_kernel", [size, size, channels, multiplier], size * size), .. Bias(bias, channels * multiplier)]);
    }

    public string ConvolveSeparably(string x, int size, string padding, int stride, int multiplier, int filters, bool bias)
    {
        int channels = Shapes[x][2];
        JsonObject config = Window(size, size, padding, stride, 1);
        (config["depth_multiplier"], config["use_bias"], config["activation"], config["filters"]) = (multiplier, bias, "tanh", filters);
        return Add(
            "SeparableConv2D", [x], config, Area(Shapes[x], size, size, padding, stride, 1, filters),
            [
                Kernel("depthwise_kernel", [size, size, channels, multiplier], size * size),
                Kernel("pointwise_kernel", [1, 1, channels * multiplier, filters], channels * multiplier), .. Bias(bias, filters),
            ]);
    }

    public string Normalize(string x, bool scale = false, bool center = true)
    {
        int channels = Shapes[x][^1];
        List<(string, int[], float[])> weights = [];
        if (scale) weights.Add(("gamma", [channels], Values(channels, 0.5, 1)));
        if (center) weights.Add(("beta", [channels], Values(channels, -0.1, 0.3)));
        weights.Add(("moving_mean", [channels], Values(channels, -0.1, 0.1)));
        weights.Add(("moving_variance", [channels], Values(channels, 0.8, 1.2)));
        JsonObject config = new()
        {
            ["axis"] = new JsonArray(Shapes[x].Length),
            ["epsilon"] = 0.001,
            ["center"] = center,
            ["scale"] = scale,
        };
        return Add("BatchNormalization", [x], config, Shapes[x], [.. weights]);
    }

    public string Activate(string x, string activation) =>
        Add("Activation", [x], new JsonObject { ["activation"] = activation }, Shapes[x]);

    public string Pool(string x, string kind, int size, int stride, string padding)
    {
        JsonObject config = new()
        {
            ["pool_size"] = new JsonArray(size, size),
            ["strides"] = new JsonArray(stride, stride),
            ["padding"] = padding,
            ["data_format"] = "channels_last",
        };
        return Add(kind + "Pooling2D", [x], config, Area(Shapes[x], size, size, padding, stride, 1, Shapes[x][2]));
    }

    public string PoolAll(string x, string kind) =>
        Add($"Global{kind}Pooling2D", [x], new JsonObject { ["data_format"] = "channels_last" }, [Shapes[x][2]]);

    public string Concatenate(string[] inputs, string? name = null, int axis = 3)
    {
        int[] shape = [.. Shapes[inputs[0]]];
        int at = axis < 0 ? axis + shape.Length : axis - 1;
        shape[at] = inputs.Sum(one => Shapes[one][at]);
        return Add("Concatenate", inputs, new JsonObject { ["axis"] = axis }, shape, name: name);
    }

    public string Connect(string x, int units, string activation = "linear", bool bias = true)
    {
        int length = Shapes[x][0];
        JsonObject config = new() { ["units"] = units, ["activation"] = activation, ["use_bias"] = bias };
        return Add("Dense", [x], config, [units], [Kernel("kernel", [length, units], length), .. Bias(bias, units)]);
    }

    /// <summary>Puts a model inside.</summary>
    public string Nest(string x, KerasTestModel model) =>
        Add("Functional", [x], [], model.Shapes[model.Output], [], model.Name, model);

    /// <summary>Adds a layer of any kind.</summary>
    public string Add(
        string kind, string[] inputs, JsonObject config, int[] shape, (string, int[], float[])[]? weights = null, string? name = null,
        KerasTestModel? model = null)
    {
        name ??= $"{_prefix}{kind.ToLowerInvariant()}_{Layers.Count}";
        Layers.Add(new KerasTestLayer(kind, name, inputs, config, weights ?? []) { Model = model });
        Shapes[name] = shape;
        return name;
    }

    /// <summary>The description, as <c>to_json</c> writes it.</summary>
    public JsonObject ToJson()
    {
        JsonArray layers = [];
        foreach (KerasTestLayer layer in Layers)
        {
            // A model's own making is its call 0 in Keras.
            JsonArray read = [.. layer.Inputs.Select(input => (JsonNode)Reference(input))];
            foreach (JsonNode? reference in read) ((JsonArray)reference!).Add(new JsonObject());
            JsonObject config = layer.Model is null
                ? (JsonObject)layer.Config.DeepClone()
                : (JsonObject)layer.Model.ToJson()["config"]!.DeepClone();
            config["name"] = layer.Name;
            layers.Add(new JsonObject
            {
                ["class_name"] = layer.Kind,
                ["config"] = config,
                ["name"] = layer.Name,
                ["inbound_nodes"] = read.Count == 0 ? [] : new JsonArray(read),
            });
        }

        return new JsonObject
        {
            ["class_name"] = "Functional",
            ["config"] = new JsonObject
            {
                ["name"] = Name,
                ["layers"] = layers,
                ["input_layers"] = new JsonArray(Reference(Input)),
                ["output_layers"] = new JsonArray(Reference(Output)),
            },
            ["keras_version"] = "2.4.0",
            ["backend"] = "tensorflow",
        };
    }

    private JsonArray Reference(string name) => [name, Layers.Single(layer => layer.Name == name).Model is null ? 0 : 1, 0];

    private static JsonObject Window(int height, int width, string padding, int stride, int dilation) => new()
    {
        ["kernel_size"] = new JsonArray(height, width),
        ["strides"] = new JsonArray(stride, stride),
        ["padding"] = padding,
        ["data_format"] = "channels_last",
        ["dilation_rate"] = new JsonArray(dilation, dilation),
    };

    private static int[] Area(int[] x, int height, int width, string padding, int stride, int dilation, int channels)
    {
        return [Length(x[0], height), Length(x[1], width), channels];

        int Length(int length, int size) =>
            padding == "same" ? (length + stride - 1) / stride : (length - ((size - 1) * dilation) - 1 + stride) / stride;
    }

    private (string, int[], float[]) Kernel(string role, int[] shape, int fanIn)
    {
        double limit = Math.Sqrt(6.0 / fanIn);
        return (role, shape, Values(shape.Aggregate((a, b) => a * b), -limit, limit));
    }

    private (string, int[], float[])[] Bias(bool has, int count) => has ? [("bias", [count], Values(count, -0.2, 0.2))] : [];

    private float[] Values(int count, double from, double to)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(from + ((to - from) * _random.NextDouble()));
        return values;
    }
}
