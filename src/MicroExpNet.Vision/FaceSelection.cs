namespace MicroExpNet.Vision;

/// <summary>Which faces of an image are recognised, and what happens if there is none.</summary>
public enum FaceSelection
{
    /// <summary>All faces that the detector finds; none if it finds none.</summary>
    All,

    /// <summary>The largest face that the detector finds; none if it finds none.</summary>
    Largest,

    /// <summary>
    /// All faces that the detector finds; if it finds none, the whole image as one face, as the original script does. Such an answer says
    /// little: a landscape has an expression too.
    /// </summary>
    AllOrWhole,

    /// <summary>The largest face that the detector finds; if it finds none, the whole image as one face.</summary>
    LargestOrWhole,

    /// <summary>The whole image as one face; the detector is not run.</summary>
    Whole,
}
