namespace MicroExpNet.Vision;

/// <summary>What a track's face shows: its probabilities, smoothed over its frames, and the answer.</summary>
/// <param name="track">The track's number.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="outputs">The number of the network's outputs; 0 where a face and its mirror image are not read in turn.</param>
internal sealed class TrackAnswer(int track, int classes, int outputs)
{
    /// <summary>The track's number.</summary>
    public int Track { get; } = track;

    /// <summary>The face as last seen.</summary>
    public DetectedFace Face { get; set; }

    /// <summary>Whether no frame has been recognised yet.</summary>
    public bool IsNew { get; set; } = true;

    /// <summary>The probabilities last reported, <c>[classes]</c>.</summary>
    public float[] Probabilities { get; private init; } = new float[classes];

    /// <summary>The time of the frame of <see cref="Probabilities"/>.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>The class that was last reported as the top one, and the time of the last frame in which it was the most
    /// probable.</summary>
    public (int Class, TimeSpan TopTime) Answer { get; set; }

    /// <summary>The network's last outputs for the face.</summary>
    public float[] Outputs { get; private init; } = new float[outputs];

    /// <summary>Those for its mirror image.</summary>
    public float[] MirroredOutputs { get; private init; } = new float[outputs];

    /// <summary>Whether it is the mirror image's turn.</summary>
    public bool IsMirroredNext { get; set; }

    /// <summary>Writes the state.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        writer.Write(Track);
        writer.Write(IsNew);
        FaceState.Write(writer, Probabilities);
        writer.Write(Time.Ticks);
        writer.Write(Answer.Class);
        writer.Write(Answer.TopTime.Ticks);
        FaceState.Write(writer, Outputs);
        FaceState.Write(writer, MirroredOutputs);
        writer.Write(IsMirroredNext);
    }

    /// <summary>The answer in the state that was written.</summary>
    public static TrackAnswer ReadFrom(BinaryReader reader) => new(reader.ReadInt32(), classes: 0, outputs: 0)
    {
        IsNew = reader.ReadBoolean(),
        Probabilities = FaceState.ReadProbabilities(reader),
        Time = TimeSpan.FromTicks(reader.ReadInt64()),
        Answer = (reader.ReadInt32(), TimeSpan.FromTicks(reader.ReadInt64())),
        Outputs = FaceState.ReadProbabilities(reader),
        MirroredOutputs = FaceState.ReadProbabilities(reader),
        IsMirroredNext = reader.ReadBoolean(),
    };
}
