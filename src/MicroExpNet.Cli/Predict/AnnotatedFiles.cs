using MicroExpNet.Vision;

namespace MicroExpNet.Cli.Predict;

/// <summary>The annotated copies of the pictures.</summary>
/// <param name="inputs">The pictures.</param>
/// <param name="folder">Their folder; it is created.</param>
/// <param name="reserved">Another file of this run that must not be written over.</param>
/// <exception cref="CommandException">The folder cannot be created.</exception>
internal sealed class AnnotatedFiles(IReadOnlyList<PictureInput> inputs, string folder, string? reserved)
{
    private readonly CopyPaths _paths = new(
        inputs, "--annotate", folder, reserved, input => CopyPaths.WithWritableExtension(input.RelativePath));

    /// <summary>Writes a picture's annotated copy.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="faces">What was recognised in it.</param>
    /// <param name="input">Which of the inputs it is.</param>
    /// <exception cref="IOException">It cannot be written; the message names the file.</exception>
    public void Save(Photo photo, IReadOnlyList<ClassifiedFace> faces, PictureInput input)
    {
        ColorProfile.Apply(photo, input);
        string path = _paths[input];
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            PhotoAnnotator.Save(photo, faces, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"its annotated copy cannot be written: {Message.Of(e, path)}", e);
        }
    }
}
