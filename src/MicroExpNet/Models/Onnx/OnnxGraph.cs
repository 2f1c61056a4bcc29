namespace MicroExpNet.Models.Onnx;

/// <summary>An ONNX model as the file has it: nodes, constants, inputs, outputs and metadata.</summary>
internal sealed class OnnxGraph
{
    public const int FloatType = 1;
    public const int UInt8Type = 2;
    public const int Int8Type = 3;
    public const int Int32Type = 6;
    public const int Int64Type = 7;
    public const int BooleanType = 9;

    /// <summary>Bytes of the file.</summary>
    public long FileLength { get; set; }

    public bool HasGraph { get; set; }

    public string Name { get; set; } = "";

    public long OperatorSet { get; set; }

    public List<OnnxNode> Nodes { get; } = [];

    public Dictionary<string, OnnxTensor> Constants { get; } = new(StringComparer.Ordinal);

    public List<OnnxValueInfo> Inputs { get; } = [];

    public List<OnnxValueInfo> Outputs { get; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);
}
