namespace MicroExpNet.Training.Augmentation;

/// <summary>How a face is placed in a network's input.</summary>
/// <param name="Top">First row of the window that is used, as a share of the face's height.</param>
/// <param name="Left">First column, as a share of its width.</param>
/// <param name="Side">Side of the window, as a share of the face's.</param>
/// <param name="Scale">Size of the face, 1 for its own.</param>
/// <param name="ShiftX">Shift of the window's centre to the right, as a share of the window.</param>
/// <param name="ShiftY">Shift of the window's centre downwards, as a share of the window.</param>
/// <param name="Angle">Rotation about the centre, in radians.</param>
/// <param name="Mirrored">Whether the face is mirrored, left to right.</param>
internal readonly record struct FacePlacement(
    double Top = 0, double Left = 0, double Side = 1, double Scale = 1, double ShiftX = 0, double ShiftY = 0, double Angle = 0,
        bool Mirrored = false);
