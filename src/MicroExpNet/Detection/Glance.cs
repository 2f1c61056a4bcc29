namespace MicroExpNet.Detection;

/// <summary>How a face is looked at whose place is roughly known.</summary>
/// <param name="face">Side the face is brought to, in pixels of the network's input.</param>
/// <param name="side">Side of the square around it that is seen, in pixels of the network's input.</param>
/// <param name="leastShared">How much of what both cover the known place and the face must share, at least.</param>
internal readonly struct Glance(int face, int side, double leastShared)
{
    /// <summary>Side the face is brought to, in pixels of the network's input.</summary>
    public readonly int Face = face;

    /// <summary>Side of the square around it that is seen, in pixels of the network's input.</summary>
    public readonly int Side = side;

    /// <summary>How much of what both cover the known place and the face must share, at least.</summary>
    public readonly double LeastShared = leastShared;
}
