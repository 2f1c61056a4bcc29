namespace MicroExpNet;

/// <summary>Finds the faces in an image. An instance can be used by any number of threads at once.</summary>
public interface IFaceDetector
{
    /// <summary>Finds all faces.</summary>
    /// <param name="image">The image, of any pixel format. A <c>Photo</c> can be given as it is.</param>
    /// <returns>The faces, their boxes inside the image, the largest first; empty if there is none.</returns>
    IReadOnlyList<DetectedFace> Detect(ImageView image);
}
