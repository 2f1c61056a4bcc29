namespace MicroExpNet.Training.Detection;

/// <summary>From a scene's pixels to a picture's: the picture's place for the scene's origin, and steps across and down the
/// scene.</summary>
/// <param name="X">The picture's column at the scene's origin.</param>
/// <param name="Y">The picture's row at the scene's origin.</param>
/// <param name="AcrossX">Columns of the picture for one column of the scene.</param>
/// <param name="AcrossY">Rows of the picture for one column of the scene.</param>
/// <param name="DownX">Columns of the picture for one row of the scene.</param>
/// <param name="DownY">Rows of the picture for one row of the scene.</param>
internal readonly record struct Placement(double X, double Y, double AcrossX, double AcrossY, double DownX, double DownY)
{
    /// <summary>Pixels of the picture for one of the scene.</summary>
    public double Step => Math.Sqrt(Math.Abs((AcrossX * DownY) - (AcrossY * DownX)));
}
