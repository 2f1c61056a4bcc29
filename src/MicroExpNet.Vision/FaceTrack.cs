namespace MicroExpNet.Vision;

/// <summary>One face over the frames it is seen in.</summary>
/// <param name="number">Its number.</param>
internal sealed class FaceTrack(int number)
{
    private DetectedFace _before;
    private int _stepX;
    private int _stepY;

    /// <summary>Its number.</summary>
    public int Number { get; } = number;

    /// <summary>The face where it was seen last.</summary>
    public DetectedFace Face { get; private set; }

    /// <summary>The frame in which it was seen first.</summary>
    public long FirstSeen { get; private set; }

    /// <summary>The frame in which it was seen last.</summary>
    public long LastSeen { get; private set; }

    /// <summary>The frame in which it was last among the faces of the whole frame.</summary>
    public long LastMatched { get; private set; }

    /// <summary>What it shares with where it was expected, 0 to 1.</summary>
    public double Continuity { get; private set; }

    /// <summary>The probabilities that were reported last; null before the first.</summary>
    public ExpressionScores? Scores { get; set; }

    /// <summary>Where the face is expected: where it was, or one step further, as it last moved.</summary>
    /// <param name="frame">The frame.</param>
    public FaceBox Expected(long frame) => LastSeen == frame ? Face.Box : Face.Box with { X = Face.Box.X + _stepX, Y = Face.Box.Y + _stepY };

    /// <summary>Begins with a face found in the whole frame.</summary>
    /// <param name="face">The face.</param>
    /// <param name="frame">The frame.</param>
    public void Begin(DetectedFace face, long frame) => (_before, Face, FirstSeen, LastSeen, LastMatched) = (face, face, frame, frame, frame);

    /// <summary>Takes the face found around its last place.</summary>
    /// <param name="face">The face.</param>
    /// <param name="frame">The frame.</param>
    public void Follow(DetectedFace face, long frame)
    {
        Continuity = face.Box.IntersectionOverUnion(Expected(frame));
        bool wasJustSeen = LastSeen == frame - 1;
        (_stepX, _stepY) = wasJustSeen ? (Step(face.Box.X, face.Box.Width, Face.Box.X, Face.Box.Width), Step(face.Box.Y, face.Box.Height, Face.Box.Y, Face.Box.Height)) : (0, 0);
        (_before, Face, LastSeen) = (Face, face, frame);
    }

    /// <summary>Takes the face found in the whole frame.</summary>
    /// <param name="face">The face.</param>
    /// <param name="frame">The frame.</param>
    public void Match(DetectedFace face, long frame)
    {
        if (LastSeen != frame) Follow(face, frame);
        LastMatched = frame;
    }

    /// <summary>Gives the current frame's face up to another track: it was last seen before, and whither it went is not known.</summary>
    /// <param name="frame">The frame.</param>
    public void Lose(long frame) => (Face, LastSeen, _stepX, _stepY) = (_before, frame - 1, 0, 0);

    // From middle to middle: a face that comes nearer grows about its middle.
    private static int Step(int now, int lengthNow, int before, int lengthBefore) => now - before + ((lengthNow - lengthBefore) / 2);
}
