using System.Text.Json;

namespace MicroExpNet.Training.Keras;

/// <summary>The layers of a Keras model, sequential or functional, in the order of its JSON.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Layers">The layers.</param>
/// <param name="InputShape">The shape of one input, <c>[height, width, channels]</c>; null for sizes that are left open.</param>
/// <param name="Output">The layer that gives the output, and which of its calls does.</param>
internal sealed record KerasGraph(
    string Name, IReadOnlyList<KerasLayer> Layers, IReadOnlyList<int?> InputShape, (string Layer, int Call) Output)
{
    /// <summary>The class of the layer that stands for the input.</summary>
    public const string InputLayer = "InputLayer";

    private const int MaxLayers = 10_000;

    /// <summary>Whether it is, or contains, Inception_v3 as Keras builds it.</summary>
    public bool HasInception =>
        Name.StartsWith("inception_v3", StringComparison.Ordinal)
        || Layers.Any(layer => layer.Model?.HasInception ?? (layer is { Kind: "Concatenate", Name: "mixed10" }));

    /// <summary>Reads a model's description.</summary>
    /// <param name="model">An object with <c>class_name</c> and <c>config</c>, as <c>model.to_json()</c> writes it.</param>
    /// <exception cref="ModelFormatException">It is no sequential or functional model of one input and one output.</exception>
    public static KerasGraph Parse(JsonElement model)
    {
        string kind = Text(model, "class_name");
        return IsModel(kind)
            ? Parse(kind, Member(model, "config"))
            : throw new ModelFormatException($"the description is of a '{kind}'; expected a Sequential or Functional model");
    }

    // Classes of the Functional API were called Model before TensorFlow 2.3.
    private static bool IsModel(string kind) => kind is "Functional" or "Model" or "Sequential";

    private static KerasGraph Parse(string kind, JsonElement config) =>
        kind == "Sequential" ? ParseSequential(config) : ParseFunctional(config);

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new ModelFormatException($"the description has no '{name}' where one is expected");

    private static string Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new ModelFormatException($"'{name}' is not a text in the description");

    private static JsonElement[] List(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray()]
            : throw new ModelFormatException($"'{name}' is not a list in the description");

    private static string? Optional(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static KerasGraph ParseSequential(JsonElement config)
    {
        // Before Keras 2.2.3 the settings of a sequential model were the list of its layers.
        JsonElement[] list = config.ValueKind == JsonValueKind.Array ? [.. config.EnumerateArray()] : List(config, "layers");
        List<KerasLayer> layers = [];
        IReadOnlyList<int?>? shape = null;
        foreach (JsonElement entry in list)
        {
            KerasLayer layer = ParseLayer(entry, layers.Count == 0 ? [[]] : [[(layers[^1].Name, 0)]]);
            if (layers.Count == 0)
            {
                shape = layer.Model?.InputShape ?? ShapeOf(layer) ?? BuiltShape(config)
                    ?? throw layer.Fault("the description does not say the input's shape");

                // Before TensorFlow 2.2 there was no layer for the input: the first one states its shape.
                if (layer.Kind != InputLayer)
                {
                    layers.Add(new KerasLayer("(input)", InputLayer, default) { Calls = [[]] });
                    layer.Calls = [[(layers[^1].Name, 0)]];
                }
            }

            layers.Add(layer);
        }

        if (shape is null) throw new ModelFormatException("the model has no layers");
        return Check(new KerasGraph(Optional(config, "name") ?? "sequential", layers, shape, (layers[^1].Name, 0)));
    }

    private static KerasGraph ParseFunctional(JsonElement config)
    {
        List<KerasLayer> layers = [];
        foreach (JsonElement entry in List(config, "layers"))
        {
            List<IReadOnlyList<(string, int)>> calls = [];
            foreach (JsonElement node in List(entry, "inbound_nodes")) calls.Add([.. References(node)]);
            if (calls.Count == 0) calls.Add([]);
            layers.Add(ParseLayer(entry, calls));
        }

        (string input, _) = Single(Member(config, "input_layers"), "input");
        KerasLayer first = layers.Find(layer => layer.Name == input && layer.Kind == InputLayer)
            ?? throw new ModelFormatException($"the model has no {InputLayer} '{input}', which is its input");
        IReadOnlyList<int?> shape = ShapeOf(first) ?? throw first.Fault("its description has no shape");
        KerasGraph graph = new(
            Optional(config, "name") ?? "model", layers, shape, Single(Member(config, "output_layers"), "output"));
        return Check(graph);
    }

    private static KerasLayer ParseLayer(JsonElement entry, IReadOnlyList<IReadOnlyList<(string, int)>> calls)
    {
        string kind = Text(entry, "class_name");
        JsonElement config = Member(entry, "config");
        KerasLayer layer = new(Optional(entry, "name") ?? Optional(config, "name") ?? kind, kind, config)
        {
            Calls = calls,
            Model = IsModel(kind) ? Parse(kind, config) : null,
        };
        return layer.Model is not null || config.ValueKind == JsonValueKind.Object
            ? layer
            : throw layer.Fault($"'config' is {KerasLayer.Shown(config)}; expected settings");
    }

    private static KerasGraph Check(KerasGraph graph)
    {
        HashSet<string> names = [];
        foreach (KerasLayer layer in graph.Layers)
        {
            if (!names.Add(layer.Name)) throw layer.Fault("there are two layers of this name");
        }

        KerasLayer[] inputs = [.. graph.Layers.Where(layer => layer.Kind == InputLayer)];
        if (inputs.Length != 1) throw new ModelFormatException($"the model has {inputs.Length} inputs; expected one");
        if (graph.Layers.Sum(layer => (long)layer.Calls.Count) > MaxLayers)
        {
            throw new ModelFormatException($"the model has more than {MaxLayers} layers");
        }

        HashSet<(string, int)> read = [graph.Output, .. graph.Layers.SelectMany(layer => layer.Calls).SelectMany(call => call)];
        foreach (KerasLayer layer in graph.Layers.Where(layer => layer.Model is not null))
        {
            layer.FirstCall = read.Contains((layer.Name, 0)) ? 0 : 1;
        }

        return graph;
    }

    private static int?[]? ShapeOf(KerasLayer layer) =>
        (layer.Setting("batch_input_shape") ?? layer.Setting("batch_shape")) is { } shape ? Sizes(shape) : null;

    // Where a sequential model was built by its first data.
    private static int?[]? BuiltShape(JsonElement config) =>
        config.ValueKind == JsonValueKind.Object && config.TryGetProperty("build_input_shape", out JsonElement shape) ? Sizes(shape) : null;

    private static int?[] Sizes(JsonElement shape)
    {
        if (shape.ValueKind == JsonValueKind.Array && shape.GetArrayLength() == 4)
        {
            int?[] sizes = [
                .. shape.EnumerateArray().Skip(1).Select(
                    size => size.ValueKind == JsonValueKind.Null ? (int?)null : KerasLayer.Integers(size) is [int one] ? one : -1)];
            if (sizes.All(size => size is null or > 0)) return sizes;
        }

        throw new ModelFormatException($"the input's shape is {KerasLayer.Shown(shape)}; expected [null, height, width, channels]");
    }

    // Keras 2 writes lists, [name, call, tensor, arguments]; Keras 3 objects with a history, [name, call, tensor].
    private static IEnumerable<(string, int)> References(JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            if (node.GetArrayLength() > 0 && node[0].ValueKind == JsonValueKind.String)
            {
                yield return Reference(node);
                yield break;
            }

            foreach (JsonElement one in node.EnumerateArray())
            {
                foreach ((string, int) reference in References(one)) yield return reference;
            }
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            if (node.TryGetProperty("keras_history", out JsonElement history))
            {
                yield return Reference(history);
                yield break;
            }

            if (node.TryGetProperty("kwargs", out JsonElement arguments)) CheckArguments(arguments);
            foreach (string name in new[] { "args", "config" })
            {
                if (!node.TryGetProperty(name, out JsonElement inner)) continue;
                foreach ((string, int) reference in References(inner)) yield return reference;
            }
        }
        else
        {
            throw new ModelFormatException($"a layer reads {KerasLayer.Shown(node)}; expected outputs of layers");
        }
    }

    private static (string, int) Reference(JsonElement reference)
    {
        if (reference.ValueKind != JsonValueKind.Array || reference.GetArrayLength() is not (3 or 4)
            || reference[0].ValueKind != JsonValueKind.String || KerasLayer.Integers(reference[1]) is not [int call]
            || KerasLayer.Integers(reference[2]) is not [int tensor])
        {
            throw new ModelFormatException(
                $"a layer reads {KerasLayer.Shown(reference)}; expected [layer, number of its call, number of the output]");
        }

        if (tensor != 0) throw new ModelFormatException($"output {tensor} of '{reference[0].GetString()}' is read; expected layers of one");
        if (reference.GetArrayLength() == 4) CheckArguments(reference[3]);
        return (reference[0].GetString()!, call);
    }

    // Others may change what a layer computes.
    private static void CheckArguments(JsonElement arguments)
    {
        if (arguments.ValueKind != JsonValueKind.Object) return;
        foreach (JsonProperty argument in arguments.EnumerateObject())
        {
            // A layer in training computes with the batch's own statistics, or drops values at random.
            bool isKnown = argument.Value.ValueKind == JsonValueKind.Null ||
                (argument.Name == "training" && argument.Value.GetRawText() is ("false" or "0"));
            if (!isKnown)
            {
                throw new ModelFormatException(
                    $"a layer is called with '{argument.Name}' {KerasLayer.Shown(argument.Value)}, which cannot be translated");
            }
        }
    }

    // [["name", 0, 0]], or ["name", 0, 0].
    private static (string Layer, int Call) Single(JsonElement list, string what)
    {
        (string, int)[] all = [.. References(list)];
        return all.Length == 1 ? all[0] : throw new ModelFormatException($"the model has {all.Length} {what}s; expected one");
    }
}
