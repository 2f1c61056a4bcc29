namespace MicroExpNet.Vision;

/// <summary>Which faces of a picture are recognised, and what is done where none is found.</summary>
public enum FaceSelection
{
    /// <summary>All that the detector finds; none where it finds none.</summary>
    All,

    /// <summary>The largest that the detector finds; none where it finds none.</summary>
    Largest,

    /// <summary>All that the detector finds; where it finds none, the whole picture as one face, as the original does.</summary>
    AllOrWhole,

    /// <summary>The largest that the detector finds; where it finds none, the whole picture as one face, as the original does.</summary>
    LargestOrWhole,

    /// <summary>The whole picture as one face; none is looked for.</summary>
    Whole,
}
