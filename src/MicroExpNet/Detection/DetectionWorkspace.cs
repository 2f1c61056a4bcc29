namespace MicroExpNet.Detection;

/// <summary>The memory of one search at a time; reused by the next search.</summary>
internal sealed class DetectionWorkspace
{
    private float[] _output = [];

    /// <summary>The pyramid whose level the network reads.</summary>
    public readonly ImagePyramid Pyramid = new();

    /// <summary>What the network multiplies the pixels' distance from black by: 1 but for dark images.</summary>
    public float Gain { get; set; } = 1;

    /// <summary>The faces found so far.</summary>
    public readonly CandidateList Faces = new();

    /// <summary>What the network found in the crop around one face.</summary>
    public readonly CandidateList Nearby = new();

    /// <summary>Bytes of memory held, without the candidates.</summary>
    public long Length => Pyramid.Length + ((long)_output.Length * sizeof(float));

    /// <summary>Memory for the network's outputs.</summary>
    public Span<float> Output(int length)
    {
        if (_output.Length < length) _output = GC.AllocateUninitializedArray<float>(length);
        return _output.AsSpan(0, length);
    }
}
