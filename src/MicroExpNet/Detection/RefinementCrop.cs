namespace MicroExpNet.Detection;

/// <summary>How the network sees the crop around a face whose box is roughly known.</summary>
/// <param name="face">Side that the face's box is resized to, in pixels of the network's input.</param>
/// <param name="side">Side of the square crop around it, in pixels of the network's input.</param>
/// <param name="minOverlap">The known box and a face must have a greater intersection over union (IoU) than this, 0 to 1.</param>
internal readonly struct RefinementCrop(int face, int side, double minOverlap)
{
    /// <summary>Side that the face's box is resized to, in pixels of the network's input.</summary>
    public readonly int Face = face;

    /// <summary>Side of the square crop around it, in pixels of the network's input.</summary>
    public readonly int Side = side;

    /// <summary>The known box and a face must have a greater intersection over union (IoU) than this, 0 to 1.</summary>
    public readonly double MinOverlap = minOverlap;
}
