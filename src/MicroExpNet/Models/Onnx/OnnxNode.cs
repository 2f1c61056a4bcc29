namespace MicroExpNet.Models.Onnx;

/// <summary>A node of an ONNX graph as the file has it.</summary>
internal sealed class OnnxNode
{
    // What a message shows of a name or a list, which a file may make as long as it likes.
    private const int ShownCharacters = 80;
    private const int ShownNumbers = 8;

    public string Name { get; set; } = "";

    public string Operator { get; set; } = "";

    public string Domain { get; set; } = "";

    public readonly List<string> Inputs = [];

    public readonly List<string> Outputs = [];

    public readonly Dictionary<string, OnnxAttribute> Attributes = new(StringComparer.Ordinal);

    /// <summary>How messages name it, e.g. <c>node 'conv1' (Conv)</c>.</summary>
    public string Display => $"node '{Cut(Name.Length > 0 ? Name : Outputs.FirstOrDefault() ?? "")}' ({Cut(Operator)})";

    /// <summary>The start of a text, if it is long.</summary>
    /// <param name="text">The text.</param>
    public static string Cut(string text) => text.Length <= ShownCharacters ? text : string.Concat(text.AsSpan(0, ShownCharacters), "…");

    /// <summary>E.g. <c>[1,8,-1]</c>; the start of a long list.</summary>
    /// <param name="numbers">The numbers.</param>
    public static string List(IReadOnlyCollection<long> numbers) =>
        $"[{string.Join(',', numbers.Take(ShownNumbers))}{(numbers.Count > ShownNumbers ? $",… {numbers.Count} in all" : "")}]";

    /// <summary>How messages name an input, in quotes.</summary>
    /// <param name="index">Which input.</param>
    public string InputName(int index) => $"'{Cut(Inputs[index])}'";

    /// <summary>Whether an input is given; optional ones may be missing or have an empty name.</summary>
    /// <param name="index">Which input.</param>
    public bool HasInput(int index) => Inputs.Count > index && Inputs[index].Length > 0;

    /// <summary>An attribute that is an integer.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="otherwise">Its value where the node has none.</param>
    public long Integer(string name, long otherwise) =>
        Attributes.TryGetValue(name, out OnnxAttribute? value) ? value.Integer ?? otherwise : otherwise;

    /// <summary>An attribute that is a float.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="otherwise">Its value where the node has none.</param>
    public float Float(string name, float otherwise) =>
        Attributes.TryGetValue(name, out OnnxAttribute? value) ? value.Float ?? otherwise : otherwise;

    /// <summary>An attribute that is a list of integers; null where the node has none.</summary>
    /// <param name="name">Its name.</param>
    public IReadOnlyList<long>? Integers(string name) => Attributes.TryGetValue(name, out OnnxAttribute? value) ? value.Integers : null;

    /// <summary>An attribute that is a text; empty where the node has none.</summary>
    /// <param name="name">Its name.</param>
    public string Text(string name) => Attributes.TryGetValue(name, out OnnxAttribute? value) ? value.Text ?? "" : "";
}
