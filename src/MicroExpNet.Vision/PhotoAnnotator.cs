namespace MicroExpNet.Vision;

/// <summary>
/// Draws what was recognised over a picture: each face's box, its expression and its eight probabilities, sized to the picture and
/// readable on a machine without any font.
/// </summary>
public static class PhotoAnnotator
{
    /// <summary>Draws on a copy of a picture and writes it as a file; an existing file is replaced whole or left as it is.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="faces">What was recognised in it.</param>
    /// <param name="path">The file: JPEG or WebP by its ending, else PNG.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(Photo photo, IReadOnlyList<RecognizedFace> faces, string path) => throw new NotImplementedException();
}
