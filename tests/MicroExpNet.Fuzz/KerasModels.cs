using System.Text;
using System.Text.Json.Nodes;
using MicroExpNet.Training.Keras;
using MicroExpNet.Training.Tests.Keras;

namespace MicroExpNet.Fuzz;

/// <summary>
/// Keras's models in HDF5, whole or as weights with their JSON: damaged files, damaged descriptions, and hostile numbers in them.
/// </summary>
internal sealed class KerasModels : FuzzTarget, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fuzz").FullName;
    private readonly string _file;
    private readonly (byte[] File, string? Description)[] _corpus;

    /// <summary>Writes the originals.</summary>
    public KerasModels()
    {
        _file = Path.Combine(_folder, "model.h5");
        KerasTestModel[] models = [Convolutions(), Pools(), Nested()];
        _corpus = [.. models.SelectMany(Write)];
        foreach ((byte[] file, string? description) in _corpus) _ = Read(file, ToBytes(description));
    }

    public override string Name => "keras";

    public override bool Try(Random random, out byte[] input)
    {
        (byte[] file, string? description) = _corpus[random.Next(_corpus.Length)];
        byte[]? text = ToBytes(description);

        // A description inside the file is damaged with it: its bytes are among the others.
        if (text is not null && random.Next(2) == 0)
        {
            text = random.Next(2) == 0 ? ByteMutation.Apply(random, text, text.Length) : ToBytes(Alter(random, description!));
        }
        else
        {
            file = ByteMutation.Apply(random, file, Math.Min(file.Length, 4096));
        }

        input = text is null ? file : [.. file, .. text];
        try
        {
            return Read(file, text);
        }
        catch (ModelFormatException)
        {
            return false;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[]? ToBytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private bool Read(byte[] file, byte[]? description)
    {
        string? json = description is null ? null : Path.Combine(_folder, "model.json");
        File.WriteAllBytes(_file, file);
        if (json is not null) File.WriteAllBytes(json, description!);
        KerasImport.Read(_file, json, null).Write(Stream.Null, []);
        return true;
    }

    // One value of the description takes another's place, goes, or becomes a number near the limits of 32 and 64 bits.
    private static string Alter(Random random, string description)
    {
        JsonNode root = JsonNode.Parse(description)!;
        List<JsonNode> nodes = [];
        Gather(root, nodes);
        JsonNode target = nodes[random.Next(nodes.Count)];
        JsonNode? value = random.Next(4) switch
        {
            0 => JsonValue.Create(HostileNumbers.Integer(random)),
            1 => null,
            2 => JsonValue.Create(random.NextDouble() * 4 - 2),
            _ => nodes[random.Next(nodes.Count)].DeepClone(),
        };
        if (target.Parent is JsonArray array) array[target.GetElementIndex()] = value;
        else if (target.Parent is JsonObject parent) parent[target.GetPropertyName()] = value;
        return root.ToJsonString();
    }

    private static void Gather(JsonNode node, List<JsonNode> nodes)
    {
        if (node.Parent is not null) nodes.Add(node);
        IEnumerable<JsonNode?> children = node switch
        {
            JsonObject map => map.Select(pair => pair.Value),
            JsonArray list => list,
            _ => [],
        };
        foreach (JsonNode? child in children)
        {
            if (child is not null) Gather(child, nodes);
        }
    }

    private IEnumerable<(byte[] File, string? Description)> Write(KerasTestModel model)
    {
        KerasTestFile.WriteModel(_file, model);
        yield return (File.ReadAllBytes(_file), null);
        foreach (int nameLength in new[] { 0, 64 })
        {
            KerasTestFile.WriteWeights(_file, model, nameLength);
            yield return (File.ReadAllBytes(_file), model.ToJson().ToJsonString());
        }
    }

    private static KerasTestModel Convolutions()
    {
        KerasTestModel model = new(new Random(1), [8, 7, 3]);
        string x = model.Convolve(model.Input, 4, 3, 3, stride: 2, bias: true);
        x = model.Activate(model.Normalize(x, scale: true), "relu");
        x = model.ConvolveDepthwise(x, 3, "same", 1, 2, bias: true);
        x = model.ConvolveSeparably(x, 3, "same", 1, 1, 4, bias: true);
        model.Connect(model.PoolAll(x, "Average"), 8, "softmax");
        return model;
    }

    private static KerasTestModel Pools()
    {
        KerasTestModel model = new(new Random(2), [8, 8, 3]);
        string left = model.Pool(model.Input, "Max", 2, 2, "valid"), right = model.Pool(model.Input, "Average", 3, 2, "same");
        model.Connect(model.PoolAll(model.Concatenate([left, right]), "Max"), 8, "softmax");
        return model;
    }

    private static KerasTestModel Nested()
    {
        KerasTestModel inner = new(new Random(3), [null, null, 3], [6, 5, 3], "inner_") { Name = "inner" };
        inner.Convolve(inner.Input, 4, 1, 1);
        KerasTestModel model = new(new Random(4), [6, 5, 3]);
        model.Connect(model.PoolAll(model.Nest(model.Input, inner), "Average"), 8, "softmax");
        return model;
    }
}
