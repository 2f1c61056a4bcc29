namespace MicroExpNet.Vision;

/// <summary>One face over the frames in which it is seen.</summary>
internal sealed class FaceTrack
{
    // The evidence from which a track is reported, and its lower limit: a face that shows itself late is reported soon.
    private const float ConfirmedEvidence = 1.5f, MinEvidence = -2;

    // The logit in a further frame that says as much for a face as against one.
    private const float NeutralLogit = 1.4f;

    private float _evidence;
    private DetectedFace _before;
    private int _motionX;
    private int _motionY;

    /// <summary>The track's number, 1 or more once it is confirmed; below 0 before.</summary>
    public int Number { get; set; }

    /// <summary>Whether it has shown to be a face's.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>The face as last seen.</summary>
    public DetectedFace Face { get; private set; }

    /// <summary>The frame in which it was seen first.</summary>
    public long FirstSeen { get; private set; }

    /// <summary>The frame in which it was seen last.</summary>
    public long LastSeen { get; private set; }

    /// <summary>The last frame whose whole search found it.</summary>
    public long LastMatched { get; private set; }

    /// <summary>Intersection over union of the face and its expected box, 0 to 1.</summary>
    public double Continuity { get; private set; }

    /// <summary>The time of the frame in which it was seen last.</summary>
    public TimeSpan LastTime { get; private set; }

    /// <summary>The box in which the face is expected: its last one, moved on as it moved last.</summary>
    /// <param name="frame">The frame.</param>
    public FaceBox Expected(long frame) =>
        LastSeen == frame ? Face.Box : Face.Box with { X = Face.Box.X + _motionX, Y = Face.Box.Y + _motionY };

    /// <summary>Starts the track with a face that a whole search found.</summary>
    /// <param name="face">The face.</param>
    /// <param name="frame">The frame.</param>
    public void Start(DetectedFace face, long frame)
    {
        (_before, Face, FirstSeen, LastSeen, LastMatched) = (face, face, frame, frame, frame);
        _evidence = face.Logit;
        IsConfirmed = _evidence >= ConfirmedEvidence;
    }

    /// <summary>Confirms the track without evidence.</summary>
    public void Confirm() => IsConfirmed = true;

    /// <summary>Adds what a further frame says for or against a face.</summary>
    /// <param name="logit">The logit that the detector gives it in that frame.</param>
    public void AddEvidence(float logit)
    {
        _evidence = Math.Max(_evidence + logit - NeutralLogit, MinEvidence);
        IsConfirmed |= _evidence >= ConfirmedEvidence;
    }

    /// <summary>Improves the face of the frame in which the track started.</summary>
    /// <param name="face">The face.</param>
    public void Settle(DetectedFace face) => _before = Face = face;

    /// <summary>Notes that the track is seen in a frame.</summary>
    /// <param name="time">The frame's time.</param>
    public void See(TimeSpan time) => LastTime = time;

    /// <summary>Continues with the face found near its expected box.</summary>
    /// <param name="face">The face.</param>
    /// <param name="frame">The frame.</param>
    public void Follow(DetectedFace face, long frame)
    {
        Continuity = face.Box.IntersectionOverUnion(Expected(frame));
        bool wasJustSeen = LastSeen == frame - 1;
        if (wasJustSeen) face = BoxStabilizer.Steady(Face, face);
        FaceBox now = face.Box, before = Face.Box;
        (_motionX, _motionY) = wasJustSeen
            ? (Motion(now.X, now.Width, before.X, before.Width), Motion(now.Y, now.Height, before.Y, before.Height))
            : (0, 0);
        (_before, Face, LastSeen) = (Face, face, frame);
    }

    /// <summary>Continues with a face that a whole search found.</summary>
    /// <param name="face">The face.</param>
    /// <param name="frame">The frame.</param>
    public void Match(DetectedFace face, long frame)
    {
        if (LastSeen != frame) Follow(face, frame);
        LastMatched = frame;
    }

    /// <summary>Leaves the current frame's face to another track: this one was last seen in the frame before, without a known
    /// motion.</summary>
    /// <param name="frame">The frame.</param>
    public void Lose(long frame) => (Face, LastSeen, _motionX, _motionY) = (_before, frame - 1, 0, 0);

    /// <summary>Writes the track's state.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        writer.Write(Number);
        writer.Write(IsConfirmed);
        writer.Write(_evidence);
        FaceState.Write(writer, _before);
        FaceState.Write(writer, Face);
        writer.Write(_motionX);
        writer.Write(_motionY);
        writer.Write(FirstSeen);
        writer.Write(LastSeen);
        writer.Write(LastMatched);
        writer.Write(Continuity);
        writer.Write(LastTime.Ticks);
    }

    /// <summary>A track in the state that was written.</summary>
    public static FaceTrack ReadFrom(BinaryReader reader) => new()
    {
        Number = reader.ReadInt32(),
        IsConfirmed = reader.ReadBoolean(),
        _evidence = reader.ReadSingle(),
        _before = FaceState.ReadFace(reader),
        Face = FaceState.ReadFace(reader),
        _motionX = reader.ReadInt32(),
        _motionY = reader.ReadInt32(),
        FirstSeen = reader.ReadInt64(),
        LastSeen = reader.ReadInt64(),
        LastMatched = reader.ReadInt64(),
        Continuity = reader.ReadDouble(),
        LastTime = TimeSpan.FromTicks(reader.ReadInt64()),
    };

    // Motion of the centre: a face that comes nearer grows about it.
    private static int Motion(int now, int lengthNow, int before, int lengthBefore) =>
        now - before + ((lengthNow - lengthBefore) / 2);
}
