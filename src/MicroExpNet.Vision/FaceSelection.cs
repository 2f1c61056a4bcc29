namespace MicroExpNet.Vision;

/// <summary>Which faces of a picture are recognised.</summary>
public enum FaceSelection
{
    /// <summary>All that the detector finds.</summary>
    All,

    /// <summary>The largest that the detector finds.</summary>
    Largest,

    /// <summary>None is looked for: the whole picture is taken as one face.</summary>
    Whole,
}
