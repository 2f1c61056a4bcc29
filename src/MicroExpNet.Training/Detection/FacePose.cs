namespace MicroExpNet.Training.Detection;

/// <summary>Where a face stands in a scene and how it is tilted.</summary>
/// <param name="X">Column of its square's middle.</param>
/// <param name="Y">Row of its square's middle.</param>
/// <param name="Side">Side of its square.</param>
/// <param name="Cos">Cosine of its tilt.</param>
/// <param name="Sin">Sine of its tilt.</param>
internal readonly record struct FacePose(double X, double Y, double Side, double Cos, double Sin)
{
    /// <summary>The scene's place for one of the face: shares of the side to the right of and below its middle.</summary>
    public (double X, double Y) At(double across, double down) =>
        (X + (Side * ((across * Cos) - (down * Sin))), Y + (Side * ((across * Sin) + (down * Cos))));

    /// <summary>An oval on the face, in shares of its side, that fades towards its edge.</summary>
    public Mask Oval(double across, double down, double radiusX, double radiusY, double feather, bool isBox = false)
    {
        (double x, double y) = At(across, down);
        return new Mask(radiusX * Side, radiusY * Side, feather, isBox) { X = x, Y = y, Cos = Cos, Sin = Sin };
    }
}
