using System.Text.Json.Nodes;
using MicroExpNet.Training.Keras;
using Microsoft.ML.OnnxRuntime;
using PureHDF;

namespace MicroExpNet.Training.Tests.Keras;

/// <summary>Keras models as ONNX, computed by ONNX Runtime, beside an interpreter in float64.</summary>
public sealed class KerasImportTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private static readonly string[] AllLayers = [
        "Conv2D same", "Conv2D valid stride", "Conv2D dilated", "Conv2D groups", "DepthwiseConv2D", "SeparableConv2D",
        "BatchNormalization with scale", "BatchNormalization without scale", "BatchNormalization of a vector",
        "Activation relu", "Activation relu6", "Activation sigmoid", "Activation tanh", "Activation elu", "Activation swish",
        "Activation softmax", "ReLU", "MaxPooling2D same", "MaxPooling2D valid", "AveragePooling2D same", "AveragePooling2D valid",
        "GlobalAveragePooling2D", "GlobalMaxPooling2D", "ZeroPadding2D", "Concatenate channels", "Concatenate rows", "Concatenate vectors",
        "Add", "Multiply", "Dropout", "Flatten", "Reshape", "Dense",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("keras-").FullName;

    public static TheoryData<string> Layers => [.. AllLayers];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_whole_Inception_v3_computes_the_same()
    {
        KerasTestModel model = KerasInception.Create(75, 8);
        Assert.Equal(314, model.Layers.Count);
        string file = Path.Combine(_folder, "inception.h5");
        KerasTestFile.WriteModel(file, model);
        KerasModel read = KerasImport.Read(file, null, null);

        Assert.Equal((1 / 127.5f, -1), read.PixelScaling);
        Assert.Equal(21_819_176, read.ParameterCount);
        double[] outputs = Compare(read, model, 1);
        Assert.InRange(outputs.Max(), 0.13, 0.99);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Each_layer_computes_the_same(string kind)
    {
        KerasTestModel model = Single(kind);
        string weights = Path.Combine(_folder, "weights.h5"), json = Path.Combine(_folder, "model.json");
        KerasTestFile.WriteWeights(weights, model, nameLength: 64);
        File.WriteAllText(json, model.ToJson().ToJsonString());
        Compare(KerasImport.Read(weights, json, null), model, 3);
    }

    [Fact]
    public void A_model_inside_a_model_computes_the_same()
    {
        // Weights of all depths are in the group of the outermost nested model. The input is open, and the inner model's is, too.
        Random random = new(5);
        KerasTestModel inner = new(random, [null, null, 4], [6, 5, 4], "inner_") { Name = "inner" };
        inner.Activate(inner.Normalize(inner.Convolve(inner.Input, 5, 3, 3)), "relu");
        KerasTestModel middle = new(random, [null, null, 3], [12, 10, 3], "middle_") { Name = "middle" };
        middle.PoolAll(middle.Nest(middle.Convolve(middle.Input, 4, 3, 3, stride: 2, bias: true), inner), "Average");
        KerasTestModel outer = new(random, [null, null, 3], [12, 10, 3]);
        outer.Connect(outer.Nest(outer.Input, middle), 3, "softmax");
        string file = Path.Combine(_folder, "nested.h5");
        KerasTestFile.WriteModel(file, outer);

        Compare(KerasImport.Read(file, null, (12, 10)), outer, 3);
        Assert.Contains("open", Refusal(file, outer.ToJson()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_is_called_twice_has_its_weights_once()
    {
        KerasTestModel model = Model();
        string x = model.Convolve(model.Input, 3, 3, 3), y = model.Activate(x, "tanh");
        model.PoolAll(model.Add("Add", [x, y], [], model.Shapes[x]), "Average");
        JsonObject description = model.ToJson();

        // The second layer becomes a second call of the first, which reads the first.
        JsonArray layers = (JsonArray)description["config"]!["layers"]!;
        ((JsonArray)layers[1]!["inbound_nodes"]!).Add(JsonNode.Parse($$"""[["{{x}}", 0, 0, {"training": false}]]"""));
        layers.RemoveAt(2);
        layers[2]!["inbound_nodes"] = JsonNode.Parse($$"""[[["{{x}}", 0, 0, {}], ["{{x}}", 1, 0, {}]]]""");
        string file = Path.Combine(_folder, "shared.h5");
        KerasTestFile.WriteModel(file, model, description);
        byte[] twice = Write(KerasImport.Read(file, null, null));

        double[] image = Image(model, 1), once = KerasInterpreter.Run(model, image);
        KerasTestModel unrolled = Model();
        string first = unrolled.Convolve(unrolled.Input, 3, 3, 3), second = unrolled.Convolve(first, 3, 3, 3);
        unrolled.PoolAll(unrolled.Add("Add", [first, second], [], unrolled.Shapes[first]), "Average");
        foreach (int layer in new[] { 1, 2 }) model.Layers[1]["kernel"].CopyTo(unrolled.Layers[layer]["kernel"], 0);
        Equal(KerasInterpreter.Run(unrolled, image), Run(twice, unrolled, image));
        Assert.NotEqual(once, KerasInterpreter.Run(unrolled, image));

        // Its name is in the constant and in the two nodes that read it.
        Assert.Equal(3, twice.AsSpan().Count("kernel"u8) - twice.AsSpan().Count("kernel_shape"u8));
    }

    [Fact]
    public void Names_of_fixed_and_of_any_length_and_cut_lists_give_the_same_file()
    {
        KerasTestModel model = Model();
        model.PoolAll(model.Normalize(model.Convolve(model.Input, 4, 3, 3, bias: true)), "Max");
        string any = Path.Combine(_folder, "any.h5"), cut = Path.Combine(_folder, "cut.h5"), json = Path.Combine(_folder, "model.json");
        File.WriteAllText(json, model.ToJson().ToJsonString());
        KerasTestFile.WriteWeights(any, model);
        byte[] expected = Write(KerasImport.Read(any, json, null));
        foreach (int length in new[] { 40, 64 })
        {
            string given = Path.Combine(_folder, $"fixed{length}.h5");
            KerasTestFile.WriteWeights(given, model, length);
            Assert.Equal(expected, Write(KerasImport.Read(given, json, null)));
        }

        // Lists above 64 kB are cut by Keras.
        H5File file = [];
        string[] names = [.. model.Layers.Select(layer => layer.Name)];
        (file.Attributes["layer_names0"], file.Attributes["layer_names1"]) = (names[..2], names[2..]);
        foreach (KerasTestLayer layer in model.Layers)
        {
            H5Group own = [], group = new() { [layer.Name] = own };
            file[layer.Name] = group;
            for (int i = 0; i < layer.Weights.Length; i++)
            {
                (string role, int[] shape, float[] values) = layer.Weights[i];
                own[$"{role}:0"] = KerasTestFile.Dataset(shape, values);
                group.Attributes[$"weight_names{i}"] = new[] { $"{layer.Name}/{role}:0" };
            }
        }

        file.Write(cut);
        Assert.Equal(expected, Write(KerasImport.Read(cut, json, null)));
    }

    [Fact]
    public void A_sequential_model_computes_the_same_in_all_its_forms()
    {
        KerasTestModel model = Model();
        string x = model.Convolve(model.Input, 4, 3, 3, bias: true, activation: "relu");
        x = model.Add("Flatten", [x], [], [model.Shapes[x].Aggregate((a, b) => a * b)]);
        model.Connect(x, 3);
        string weights = Path.Combine(_folder, "weights.h5"), json = Path.Combine(_folder, "model.json");
        KerasTestFile.WriteWeights(weights, model);
        JsonArray layers = (JsonArray)model.ToJson()["config"]!["layers"]!.DeepClone();
        foreach (JsonNode? layer in layers) ((JsonObject)layer!).Remove("inbound_nodes");
        JsonNode shape = layers[0]!["config"]!["batch_input_shape"]!;
        JsonArray without = (JsonArray)layers.DeepClone();
        without.RemoveAt(0);
        JsonArray first = (JsonArray)without.DeepClone();
        first[0]!["config"]!["batch_input_shape"] = shape.DeepClone();
        JsonNode[] forms = [
            new JsonObject { ["name"] = "sequential_1", ["layers"] = layers.DeepClone() },
            new JsonObject { ["name"] = "sequential_1", ["layers"] = first.DeepClone() },
            new JsonObject { ["layers"] = without.DeepClone(), ["build_input_shape"] = shape.DeepClone() },
            first,
        ];
        foreach (JsonNode config in forms)
        {
            File.WriteAllText(json, new JsonObject { ["class_name"] = "Sequential", ["config"] = config }.ToJsonString());
            Compare(KerasImport.Read(weights, json, null), model, 1);
        }

        // to_json's text, saved as JSON.
        File.WriteAllText(json, JsonValue.Create(File.ReadAllText(json)).ToJsonString());
        Compare(KerasImport.Read(weights, json, null), model, 1);
    }

    [Theory]
    [InlineData("it cannot be translated; the layers that can are Conv2D", "layers/1/class_name", "\"Conv2DTranspose\"")]
    [InlineData("layer 'conv2d_1' (Lambda)", "layers/1/class_name", "\"Lambda\"")]
    [InlineData("'kernel' is [3, 3, 3, 4]; expected [5, 5, 3, 4]", "layers/1/config/kernel_size", "[5, 5]")]
    [InlineData("'kernel' is [3, 3, 3, 4]; expected [3, 3, 3, 2000000000]", "layers/1/config/filters", "2000000000")]
    [InlineData("no 'filters' above 0", "layers/1/config/filters", "-1")]
    [InlineData("'strides' is [0,1]", "layers/1/config/strides", "[0, 1]")]
    [InlineData("'dilation_rate' is \"two\"", "layers/1/config/dilation_rate", "\"two\"")]
    [InlineData("'padding' is 'causal'; expected valid or same", "layers/1/config/padding", "\"causal\"")]
    [InlineData("does not fit into 8 pixels", "layers/1/config/dilation_rate", "[2000000000, 1]")]
    [InlineData("weights that no layer of the description uses: 'conv2d_1/bias:0'", "layers/1/config/use_bias", "false")]
    [InlineData("activation 'gelu' cannot be translated", "layers/1/config/activation", "\"gelu\"")]
    [InlineData("'activation' is {\"alpha\":1}; expected a name", "layers/1/config/activation", """{"alpha": 1}""")]
    [InlineData("'use_bias' is 1; expected true or false", "layers/1/config/use_bias", "1")]
    [InlineData("'data_format' is not channels_last", "layers/1/config/data_format", "\"channels_first\"")]
    [InlineData("its weight 'gamma' is not in the file", "layers/2/config/scale", "true")]
    [InlineData("'axis' is [1]; expected the channels", "layers/2/config/axis", "[1]")]
    [InlineData("no 'filters' above 0", "layers/3/class_name", "\"Conv2D\"")]
    [InlineData("it reads 'gone' (call 0), which the description does not have", "layers/2/inbound_nodes", """[[["gone", 0, 0, {}]]]""")]
    [InlineData("it reads 'conv2d_1' (call 1)", "layers/2/inbound_nodes", """[[["conv2d_1", 1, 0, {}]]]""")]
    [InlineData("its own output", "layers/1/inbound_nodes", """[[["batchnormalization_2", 0, 0, {}]]]""")]
    [InlineData("output 1 of 'conv2d_1' is read", "layers/2/inbound_nodes", """[[["conv2d_1", 0, 1, {}]]]""")]
    [InlineData("called with 'training' true", "layers/2/inbound_nodes", """[[["conv2d_1", 0, 0, {"training": true}]]]""")]
    [InlineData("called with 'initial_state'", "layers/2/inbound_nodes", """[[["conv2d_1", 0, 0, {"initial_state": 1}]]]""")]
    [InlineData("it reads 2 values; expected one", "layers/2/inbound_nodes", """[[["conv2d_1", 0, 0, {}], ["input", 0, 0, {}]]]""")]
    [InlineData("it reads nothing", "layers/2/inbound_nodes", "[]")]
    [InlineData("'inbound_nodes' is not a list", "layers/2/inbound_nodes", "7")]
    [InlineData("a layer reads 7; expected", "layers/2/inbound_nodes", "[[7]]")]
    [InlineData("two layers of this name", "layers/2/name", "\"conv2d_1\"")]
    [InlineData("the model has 2 inputs; expected one", "layers/2/class_name", "\"InputLayer\"")]
    [InlineData("the model has 2 outputs; expected one", "output_layers", """[["conv2d_1", 0, 0], ["input", 0, 0]]""")]
    [InlineData("the model's output is an image, [8, 7, 4]", "output_layers", """[["conv2d_1", 0, 0]]""")]
    [InlineData("the model has no layer 'gone', which is its output", "output_layers", """[["gone", 0, 0]]""")]
    [InlineData(
        "the input's shape is [null,8,7]; expected [null, height, width, channels]", "layers/0/config/batch_input_shape", "[null, 8, 7]")]
    [InlineData("the input's size open; give it with --input-size", "layers/0/config/batch_input_shape", "[null, null, 7, 3]")]
    [InlineData("at most 268,435,456 values", "layers/0/config/batch_input_shape", "[null, 2000000000, 2000000000, 3]")]
    [InlineData("'kernel' is [3, 3, 3, 4]; expected [3, 3, 1, 4]", "layers/0/config/batch_input_shape", "[null, 8, 7, 1]")]
    [InlineData("no 'layers' where one is expected", "layers", null)]
    [InlineData("'config' is 3; expected settings", "layers/1/config", "3")]
    public void What_cannot_be_translated_is_refused_in_one_line(string message, string path, string? value)
    {
        KerasTestModel model = Simple();
        JsonObject description = model.ToJson();
        string[] parts = path.Split('/');
        JsonNode at = description["config"]!;
        foreach (string part in parts[..^1]) at = int.TryParse(part, out int index) ? at[index]! : at[part]!;
        if (value is null) ((JsonObject)at).Remove(parts[^1]);
        else at[parts[^1]] = JsonNode.Parse(value);
        string file = Path.Combine(_folder, "model.h5");
        KerasTestFile.WriteModel(file, model);

        string refusal = Refusal(file, description);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.StartsWith(_folder, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"class_name\":\"Conv2D\"", "\"class_name\":\"\\ud800\"")]
    [InlineData("\"padding\":\"", "\"padding\":\"\\ud800")]
    [InlineData("\"name\":\"", "\"name\":\"\\ud800")]
    public void Half_a_surrogate_pair_in_the_description_is_refused_in_one_line(string text, string half)
    {
        KerasTestModel model = Simple();
        string file = Path.Combine(_folder, "model.h5"), json = Path.Combine(_folder, "half.json"), whole = model.ToJson().ToJsonString();
        KerasTestFile.WriteModel(file, model);
        Assert.Contains(text, whole, StringComparison.Ordinal);
        File.WriteAllText(json, whole.Replace(text, half, StringComparison.Ordinal));

        string refusal = Refused(file, json);
        Assert.StartsWith(json, refusal, StringComparison.Ordinal);
        Assert.Contains("the model's description is no JSON", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_that_is_none_is_refused_in_one_line()
    {
        string file = Path.Combine(_folder, "model.h5"), json = Path.Combine(_folder, "model.json");
        KerasTestFile.WriteModel(file, Simple());
        string deep = string.Concat(Enumerable.Repeat("[", 100_000));
        foreach (string text in new[] { "", "{", "[]", "7", "null", "\"x\"", "{\"class_name\": \"Lambda\", \"config\": {}}", deep })
        {
            File.WriteAllText(json, text);
            Assert.StartsWith(json, Refused(file, json), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Models_in_models_in_models_end_in_one_line()
    {
        // Each level calls the next one ten times: few lines of text, and 10^12 layers.
        JsonObject level = Simple().ToJson();
        for (int depth = 0; depth < 12; depth++)
        {
            JsonArray calls = [
                .. Enumerable.Range(0, 10).Select(_ => (JsonNode)new JsonArray(new JsonArray("in", 0, 0, new JsonObject())))];
            JsonArray layers = [
                JsonNode.Parse(
                    """
                    {"class_name": "InputLayer", "name": "in", "config": {"batch_input_shape": [null, 8, 7, 3]}, "inbound_nodes": []}
                    """),
                new JsonObject
                {
                    ["class_name"] = "Functional", ["name"] = "next", ["config"] = level["config"]!.DeepClone(), ["inbound_nodes"] = calls,
                }];
            level = new JsonObject
            {
                ["class_name"] = "Functional",
                ["config"] = new JsonObject
                {
                    ["layers"] = layers,
                    ["input_layers"] = new JsonArray("in", 0, 0),
                    ["output_layers"] = new JsonArray("next", 1, 0),
                },
            };
        }

        string file = Path.Combine(_folder, "model.h5");
        KerasTestFile.WriteModel(file, Simple());
        Assert.NotEqual("", Refusal(file, level));
    }

    [Fact]
    public void A_file_that_is_cut_short_or_damaged_is_refused_in_one_line()
    {
        string file = Path.Combine(_folder, "model.h5"), damaged = Path.Combine(_folder, "damaged.h5");
        KerasTestFile.WriteModel(file, Simple());
        byte[] content = File.ReadAllBytes(file);
        for (int length = 0; length < content.Length; length += Math.Max(1, content.Length / 60))
        {
            File.WriteAllBytes(damaged, content[..length]);
            Assert.Contains(length < 48 ? damaged : "cut short", Refused(damaged, null), StringComparison.Ordinal);
        }

        Random random = new(19);
        for (int i = 0; i < 400; i++)
        {
            byte[] changed = [.. content];
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                int at = random.Next(changed.Length - 8);
                if (random.Next(2) == 0) changed[at] ^= (byte)(1 << random.Next(8));
                else BitConverter.TryWriteBytes(changed.AsSpan(at), random.Next(3) switch { 0 => -1L, 1 => long.MaxValue, _ => 64L });
            }

            File.WriteAllBytes(damaged, changed);
            try
            {
                Write(KerasImport.Read(damaged, null, null));
            }
            catch (ModelFormatException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.StartsWith(damaged, e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_file_whose_contents_are_not_as_Keras_writes_them_is_refused_in_one_line()
    {
        foreach ((string message, Action<H5Group> change) in Contents())
        {
            KerasTestModel model = Simple();
            H5File file = [];
            file.Attributes["layer_names"] = new[] { "conv2d_1", "batchnormalization_2" };
            foreach (KerasTestLayer layer in model.Layers.Where(layer => layer.Weights.Length > 0))
            {
                H5Group own = [];
                foreach ((string role, int[] shape, float[] values) in layer.Weights)
                {
                    own[$"{role}:0"] = KerasTestFile.Dataset(shape, values);
                }
                H5Group group = new() { [layer.Name] = own };
                group.Attributes["weight_names"] = layer.Weights.Select(weight => $"{layer.Name}/{weight.Role}:0").ToArray();
                file[layer.Name] = group;
            }

            change(file);
            string path = Path.Combine(_folder, "changed.h5"), json = Path.Combine(_folder, "model.json");
            file.Write(path);
            File.WriteAllText(json, model.ToJson().ToJsonString());
            Assert.Contains(message, Refused(path, json), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<(string Message, Action<H5Group> Change)> Contents()
    {
        static H5Group Convolution(H5Group file) => (H5Group)file["conv2d_1"];
        static H5Group Own(H5Group file) => (H5Group)Convolution(file)["conv2d_1"];
        yield return ("'layer_names' is missing", file => file.Attributes.Remove("layer_names"));
        yield return ("'layer_names' does not hold text", file => file.Attributes["layer_names"] = new[] { 1, 2 });
        yield return ("it has no group 'conv2d_1'", file => file.Remove("conv2d_1"));
        yield return ("it has no group 'conv2d_1'", file => file["conv2d_1"] = new[] { 1f });
        yield return ("layer 'conv2d_1' has no weight 'conv2d_1/kernel:0'", file => Own(file).Remove("kernel:0"));
        yield return ("layer 'conv2d_1' has no weight 'conv2d_1/kernel:0'", file => Own(file)["kernel:0"] = new H5Group());
        yield return (
            "its weight 'bias' is not in the file", file => Convolution(file).Attributes["weight_names"] = new[] { "conv2d_1/kernel:0" });
        yield return ("weight 'conv2d_1/bias:0' is not of float32", file => Own(file)["bias:0"] = new double[4]);
        yield return ("weight 'conv2d_1/bias:0' is not of float32", file => Own(file)["bias:0"] = new int[4]);
        yield return ("no finite numbers", file => Own(file)["bias:0"] = new[] { 1, 2, 3, float.NaN });
        yield return ("'bias' is [2, 2]; expected [4]", file => Own(file)["bias:0"] = KerasTestFile.Dataset([2, 2], new float[4]));
        yield return ("not stored in one piece", file => Own(file)["bias:0"] = new H5Dataset(new float[4], chunks: [2]));
        yield return ("two layers are called 'conv2d_1'", file => file.Attributes["layer_names"] = new[] { "conv2d_1", "conv2d_1" });
        yield return ("'conv2d_1' leads to another place by a link", file => file["conv2d_1"] = new H5SoftLink("conv2d_1"));
        yield return ("variances are below 0", file =>
            ((H5Group)((H5Group)file["batchnormalization_2"])["batchnormalization_2"])["moving_variance:0"] = new[] { 1f, 1, -1, 1 });
    }

    // A convolution, a normalisation and the means of its channels.
    private static KerasTestModel Simple()
    {
        KerasTestModel model = Model();
        model.PoolAll(model.Normalize(model.Convolve(model.Input, 4, 3, 3, bias: true)), "Average");
        return model;
    }

    private static KerasTestModel Model() => new(new Random(3), [8, 7, 3]);

    private static KerasTestModel Single(string kind)
    {
        KerasTestModel model = Model();
        string x = model.Input, vector = "";
        if (kind.EndsWith("vector", StringComparison.Ordinal) || kind.EndsWith("vectors", StringComparison.Ordinal))
        {
            vector = model.Add("Flatten", [x], [], [168]);
        }

        string y = kind switch
        {
            "Conv2D same" => model.Convolve(x, 5, 4, 3, stride: 2, bias: true, activation: "relu"),
            "Conv2D valid stride" => model.Convolve(x, 5, 2, 3, "valid", 2),
            "Conv2D dilated" => model.Convolve(x, 4, 3, 3, dilation: 2, bias: true),
            "Conv2D groups" => model.Convolve(x, 6, 3, 3, groups: 3),
            "DepthwiseConv2D" => model.ConvolveDepthwise(x, 3, "same", 2, 2, bias: true),
            "SeparableConv2D" => model.ConvolveSeparably(x, 3, "valid", 1, 2, 5, bias: true),
            "BatchNormalization with scale" => model.Normalize(x, scale: true, center: true),
            "BatchNormalization without scale" => model.Normalize(x, scale: false, center: false),
            "BatchNormalization of a vector" => model.Normalize(vector, scale: true),
            "ReLU" => model.Add(
                "ReLU", [x], new JsonObject { ["max_value"] = 0.5, ["negative_slope"] = 0.0, ["threshold"] = 0.0 }, [8, 7, 3]),
            "MaxPooling2D same" => model.Pool(x, "Max", 3, 2, "same"),
            "MaxPooling2D valid" => model.Pool(x, "Max", 2, 2, "valid"),
            "AveragePooling2D same" => model.Pool(x, "Average", 3, 2, "same"),
            "AveragePooling2D valid" => model.Pool(x, "Average", 3, 1, "valid"),
            "GlobalAveragePooling2D" => model.PoolAll(x, "Average"),
            "GlobalMaxPooling2D" => model.PoolAll(x, "Max"),
            "ZeroPadding2D" => model.Add(
                "ZeroPadding2D", [x], new JsonObject { ["padding"] = new JsonArray(new JsonArray(1, 2), new JsonArray(0, 3)) },
                    [11, 10, 3]),
            "Concatenate channels" => model.Concatenate([x, model.Convolve(x, 4, 1, 1)]),
            "Concatenate rows" => model.Concatenate([x, model.Activate(x, "tanh")], axis: 1),
            "Concatenate vectors" => model.Concatenate([vector, model.PoolAll(x, "Max")], axis: -1),
            "Add" => model.Add("Add", [x, model.Activate(x, "tanh"), x], [], [8, 7, 3]),
            "Multiply" => model.Add("Multiply", [x, model.Pool(x, "Average", 8, 8, "same")], [], [8, 7, 3]),
            "Dropout" => model.Add("Dropout", [x], new JsonObject { ["rate"] = 0.5 }, [8, 7, 3]),
            "Flatten" => model.Add("Flatten", [x], [], [168]),
            "Reshape" => model.Convolve(
                model.Add("Reshape", [x], new JsonObject { ["target_shape"] = new JsonArray(4, -1, 6) }, [4, 7, 6]), 3, 3, 3),
            "Dense" => model.Connect(model.Add("Flatten", [x], [], [168]), 4, "softmax"),
            _ when kind.StartsWith("Activation ", StringComparison.Ordinal) => model.Activate(x, kind["Activation ".Length..]),
            _ => throw new ArgumentException(kind),
        };
        if (model.Shapes[y].Length == 3)
        {
            int length = model.Shapes[y].Aggregate((a, b) => a * b);
            model.Add("Flatten", [y], [], [length]);
        }

        return model;
    }

    private static double[] Compare(KerasModel read, KerasTestModel model, int images)
    {
        byte[] file = Write(read);
        double[] expected = [];
        for (int i = 0; i < images; i++)
        {
            double[] image = Image(model, i);
            expected = KerasInterpreter.Run(model, image);
            Equal(expected, Run(file, model, image));
        }

        return expected;
    }

    private static void Equal(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, Tolerance);
    }

    private static double[] Image(KerasTestModel model, int seed)
    {
        Random random = new(seed + 100);
        return [.. Enumerable.Range(0, model.InputShape.Aggregate((a, b) => a * b))
            .Select(_ => (double)(float)((2 * random.NextDouble()) - 1))];
    }

    private static byte[] Write(KerasModel model)
    {
        using MemoryStream stream = new();
        model.Write(stream, []);
        return stream.ToArray();
    }

    private static float[] Run(byte[] file, KerasTestModel model, double[] image)
    {
        (int height, int width, int channels) = (model.InputShape[0], model.InputShape[1], model.InputShape[2]);
        float[] planes = new float[image.Length];
        for (int i = 0; i < image.Length; i++) planes[(i % channels * height * width) + (i / channels)] = (float)image[i];
        using InferenceSession session = new(file);
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(planes, [1, channels, height, width]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["input"], [value], ["output"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private string Refusal(string file, JsonNode description)
    {
        string json = Path.Combine(_folder, "description.json");
        File.WriteAllText(json, description.ToJsonString());
        return Refused(file, json);
    }

    private static string Refused(string file, string? json)
    {
        string message = Assert.Throws<ModelFormatException>(() => KerasImport.Read(file, json, null)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
