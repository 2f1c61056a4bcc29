using MicroExpNet.Cli.Predict;
using MicroExpNet.Vision;
using SkiaSharp;

namespace MicroExpNet.Cli.Faces;

/// <summary>Where cut faces go: below one folder, with the inputs' sub-folders kept or, sorted by expression, with a folder for
/// each.</summary>
internal sealed class FaceFiles
{
    private readonly string _folder;
    private readonly bool _byExpression;
    private readonly Dictionary<PictureInput, string> _stems = new(ReferenceEqualityComparer.Instance);

    /// <summary>Finds a name for each picture's faces.</summary>
    /// <param name="inputs">The pictures.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="byExpression">Whether there is a folder for each expression.</param>
    public FaceFiles(IReadOnlyList<PictureInput> inputs, string folder, bool byExpression)
    {
        _folder = folder;
        _byExpression = byExpression;

        // Names that differ only in case are one file on Windows and macOS.
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (PictureInput input in inputs.Where(input => input.Failure is null))
        {
            string stem = Path.ChangeExtension(input.RelativePath, null);
            if (byExpression) stem = stem.Replace(Path.DirectorySeparatorChar, '_').Replace(Path.AltDirectorySeparatorChar, '_');
            string free = stem;
            for (int i = 2; !taken.Add(free); i++) free = $"{stem}-{i}";
            _stems[input] = free;
        }
    }

    /// <summary>The file of a face, relative to the folder.</summary>
    /// <param name="input">The picture.</param>
    /// <param name="number">The face's number in it, from 1.</param>
    /// <param name="scores">Its expressions.</param>
    public string NameOf(PictureInput input, int number, ClassScores scores)
    {
        string name = $"{_stems[input]}-{number}.png";
        return _byExpression ? Path.Join(FolderOf(scores.Top), name) : name;
    }

    // A class of one's own may be called anything.
    private static string FolderOf(string label) =>
        string.Concat(label.Select(letter => Path.GetInvalidFileNameChars().Contains(letter) ? '_' : letter));

    /// <summary>Writes a picture's faces, all or none.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="result">Its faces.</param>
    /// <param name="cut">How they are cut out.</param>
    /// <exception cref="IOException">One cannot be written; the message names the file.</exception>
    public void Save(Photo photo, PictureResult result, FaceCut cut)
    {
        if (result.Faces.Count == 0) return;
        using SKImage image = FaceCut.ToImage(photo);
        List<string> written = [];
        for (int i = 0; i < result.Faces.Count; i++)
        {
            string path = Path.Join(_folder, NameOf(result.Input, i + 1, result.Faces[i].Scores));
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                MicroExpNet.Files.AtomicFile.Write(path, cut.Encode(image, result.Faces[i].Face!.Value));
                written.Add(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                written.ForEach(File.Delete);
                throw new IOException($"its face cannot be written: {Message.Of(e, path)}", e);
            }
        }
    }
}
