namespace MicroExpNet.Detection;

/// <summary>The memory of one search at a time; reused by the next search.</summary>
internal sealed class DetectionWorkspace
{
    /// <summary>The pyramid whose level the network reads.</summary>
    public readonly ImagePyramid Pyramid = new();

    /// <summary>What the network multiplies the pixels' distance from black by: 1 but for dark images.</summary>
    public float Gain { get; set; } = 1;

    /// <summary>The faces found so far.</summary>
    public readonly CandidateList Faces = new();

    /// <summary>What the network found in the crop around one face.</summary>
    public readonly CandidateList Nearby = new();
}
