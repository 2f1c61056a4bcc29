namespace MicroExpNet.Models.Onnx;

/// <summary>A setting of an ONNX node; whichever of the values the file gives is set.</summary>
internal sealed class OnnxAttribute
{
    public string Name { get; set; } = "";

    public float? Float { get; set; }

    public long? Integer { get; set; }

    public string? Text { get; set; }

    public OnnxTensor? Tensor { get; set; }

    public readonly List<float> Floats = [];

    public readonly List<long> Integers = [];
}
