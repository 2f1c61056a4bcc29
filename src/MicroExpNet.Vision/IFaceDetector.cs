namespace MicroExpNet.Vision;

/// <summary>Finds the faces in a picture. One instance serves any number of threads at once.</summary>
public interface IFaceDetector
{
    /// <summary>Finds all faces.</summary>
    /// <param name="photo">The picture.</param>
    /// <returns>The faces, their boxes inside the picture, largest first; empty where there is none.</returns>
    IReadOnlyList<DetectedFace> Detect(Photo photo);
}
