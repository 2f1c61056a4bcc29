namespace MicroExpNet.Training.Keras;

/// <summary>
/// Translates a Keras model into an ONNX graph. Every layer is translated and every weight used, or the model is refused. Images are
/// <c>[N, channels, height, width]</c> in the graph; where Keras's order of values shows (flattening, reshaping), they are transposed.
/// </summary>
/// <param name="weights">The weights of each layer of the outermost model that has some.</param>
internal sealed class KerasConverter(IReadOnlyDictionary<string, IReadOnlyList<KerasWeight>> weights)
{
    private const int MaxCalls = 20_000;

    private int _calls;

    /// <summary>The graph.</summary>
    public OnnxGraph Graph { get; } = new();

    /// <summary>Translates the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputShape">The shape of its input, <c>[height, width, channels]</c>.</param>
    /// <returns>The graph's input, an image, and its output, a vector.</returns>
    /// <exception cref="ModelFormatException">A layer cannot be translated, or a weight is missing or left over.</exception>
    public (KerasValue Input, KerasValue Output) Translate(KerasGraph model, int[] inputShape)
    {
        KerasValue input = new(Graph.Unique("input"), inputShape);
        string name = Graph.Unique("output");
        KerasValue result = Translate(model, "", input, null);
        string[] left = [
            .. weights.SelectMany(
                layer => layer.Value.Where(weight => !weight.IsUsed).Select(weight => $"'{weight.Name}' of '{layer.Key}'"))
                .Take(5)];
        if (left.Length > 0) throw new ModelFormatException($"weights that no layer of the description uses: {string.Join(", ", left)}");
        if (result.IsImage) throw new ModelFormatException($"the model's output is an image, {result}; expected one value for each class");
        Graph.Output(result.Name, name);
        return (input, new KerasValue(name, result.Shape));
    }

    // Layers come in any order: each is translated when all that it reads is there.
    private KerasValue Translate(KerasGraph model, string prefix, KerasValue input, ILookup<string, KerasWeight>? nested)
    {
        CheckInput(model, prefix, input);
        Dictionary<(string, int), KerasValue> values = [];
        List<(KerasLayer Layer, int Call)> waiting = [
            .. model.Layers.SelectMany(layer => Enumerable.Range(0, layer.Calls.Count).Select(call => (layer, call)))];
        while (waiting.Count > 0)
        {
            List<(KerasLayer Layer, int Call)> later = [];
            foreach ((KerasLayer layer, int call) in waiting)
            {
                if (!layer.Calls[call].All(values.ContainsKey))
                {
                    later.Add((layer, call));
                    continue;
                }

                if (++_calls > MaxCalls) throw new ModelFormatException($"the model calls more than {MaxCalls} layers");
                KerasValue[] inputs = [.. layer.Calls[call].Select(one => values[one])];
                values[(layer.Name, layer.FirstCall + call)] = Translate(layer, prefix, input, inputs, nested);
            }

            if (later.Count == waiting.Count) throw Missing(later, values);
            waiting = later;
        }

        return values.TryGetValue(model.Output, out KerasValue? output)
            ? output
            : throw new ModelFormatException($"the model has no layer '{model.Output.Layer}', which is its output");
    }

    private KerasValue Translate(
        KerasLayer layer, string prefix, KerasValue input, KerasValue[] inputs, ILookup<string, KerasWeight>? nested)
    {
        if (layer.Kind == KerasGraph.InputLayer) return input;
        if (inputs.Length == 0) throw layer.Fault("it reads nothing");
        string name = prefix + layer.Name;

        // The weights of a nested model are all in the outermost one's group, under the names of their own layers.
        if (layer.Model is { } model)
        {
            if (inputs.Length != 1) throw layer.Fault($"it reads {inputs.Length} values; expected one");
            return Translate(model, name + "/", inputs[0], nested ?? Own(layer).ToLookup(weight => weight.Layer));
        }

        return new KerasLayerWriter(Graph, layer, name, nested is null ? Own(layer) : nested[layer.Name]).Write(inputs);
    }

    private IReadOnlyList<KerasWeight> Own(KerasLayer layer) => weights.GetValueOrDefault(layer.Name) ?? [];

    private static void CheckInput(KerasGraph model, string prefix, KerasValue input)
    {
        bool fits = input.IsImage && model.InputShape.Zip(input.Shape).All(pair => pair.First is null || pair.First == pair.Second);
        if (fits) return;
        string expected = string.Join(", ", model.InputShape.Select(size => size?.ToString() ?? "any"));
        throw new ModelFormatException($"model '{prefix.TrimEnd('/')}' reads {input}; its description says [{expected}]");
    }

    private static ModelFormatException Missing(
        List<(KerasLayer Layer, int Call)> waiting, Dictionary<(string, int), KerasValue> values)
    {
        HashSet<(string, int)> later = [.. waiting.Select(one => (one.Layer.Name, one.Layer.FirstCall + one.Call))];
        foreach ((KerasLayer layer, int call) in waiting)
        {
            foreach ((string name, int number) in layer.Calls[call])
            {
                if (values.ContainsKey((name, number)) || later.Contains((name, number))) continue;
                return layer.Fault($"it reads '{name}' (call {number}), which the description does not have");
            }
        }

        return waiting[0].Layer.Fault("it reads, through others, its own output");
    }
}
