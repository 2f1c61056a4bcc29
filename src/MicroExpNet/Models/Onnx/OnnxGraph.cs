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

    public readonly List<OnnxNode> Nodes = [];

    public readonly Dictionary<string, OnnxTensor> Constants = new(StringComparer.Ordinal);

    public readonly List<OnnxValueInfo> Inputs = [];

    public readonly List<OnnxValueInfo> Outputs = [];

    public readonly Dictionary<string, string> Metadata = new(StringComparer.Ordinal);
}
