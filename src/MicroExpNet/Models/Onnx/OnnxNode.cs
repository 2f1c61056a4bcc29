namespace MicroExpNet.Models.Onnx;

/// <summary>A node of an ONNX graph as the file has it.</summary>
internal sealed class OnnxNode
{
    public string Name { get; set; } = "";

    public string Operator { get; set; } = "";

    public string Domain { get; set; } = "";

    public List<string> Inputs { get; } = [];

    public List<string> Outputs { get; } = [];

    public Dictionary<string, OnnxAttribute> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>What messages call it, e.g. <c>node 'conv1' (Conv)</c>.</summary>
    public string Display => $"node '{(Name.Length > 0 ? Name : Outputs.FirstOrDefault() ?? "")}' ({Operator})";
}
